import { programs, reachable, restOfPython, runsCodeNames } from './dangerous-modules.ts';
import { aliases, allowedWithin, knownPackages, knownPython } from './known-modules.ts';

/** A module's attribute that loading a pickle imports. */
export interface ModuleAttribute {
  readonly module: string;
  readonly name: string;
}

/**
 * `known`: a server has it, and models refer to such things. `dangerous`: with it a pickle can run code,
 * start programs, or reach files and the network, which no model needs to be loaded. `unknown`: no server
 * has the module by itself.
 */
export type Judgement = 'known' | 'dangerous' | 'unknown';

/** What a reference of a pickle may do, judged by its name alone: nothing that is not found is proven safe. */
export function judge({ module, name }: ModuleAttribute): Judgement {
  const [top = ''] = module.split('.');
  const parts = name.split('.');
  const python = aliases.get(top) ?? top;
  if (Object.hasOwn(knownPython, python)) {
    const allowed = knownPython[python] ?? 'all';
    // What is named in a list is fine itself; of a dotted name only the first part stands in it.
    const rest = allowed === 'all' ? parts : parts.slice(1);
    const isAllowed = allowed === 'all' || allowed.includes(parts[0] ?? '');
    return isAllowed && !rest.some(leadsOut) && !rest.some(runsCode) ? 'known' : 'dangerous';
  }
  if (programs.has(top) || restOfPython.has(top) || restOfPython.has(top.replace(/^_/, ''))) {
    return 'dangerous';
  }
  if (parts.some(leadsOut)) return 'dangerous';
  if (!Object.hasOwn(knownPackages, top)) return 'unknown';
  const whole = `${module}.${name}`;
  if (allowedWithin.some((allowed) => allowed.test(whole))) return 'known';
  const isBarred = knownPackages[top]?.some(
    (each) => whole === each || whole.startsWith(`${each}.`),
  );
  return isBarred === true || parts.some(runsCode) ? 'dangerous' : 'known';
}

/** Whether an attribute leads from where it is looked up to another module, or into Python itself. */
function leadsOut(part: string): boolean {
  return /^__\w+__$/.test(part) || reachable.has(part.replace(/^_+/, ''));
}

function runsCode(part: string): boolean {
  return runsCodeNames.test(part);
}

/** A reference as it may stand in a sentence: what no identifier has is shown as `?`. */
export function tell({ module, name }: ModuleAttribute): string {
  return tellName(`${module}.${name}`);
}

/** The name of a module, in the same way. */
export function tellName(name: string): string {
  const visible = name.replaceAll(/[^\p{L}\p{N}_.<>]/gu, '?');
  return `\`${visible.length > 120 ? `${visible.slice(0, 120)}…` : visible}\``;
}
