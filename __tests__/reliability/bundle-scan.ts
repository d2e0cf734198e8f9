import { parse } from 'acorn';

/** What a bundle could do beyond its own code, and whom it could talk to. */
export interface BundleScan {
  /** Code made at run time, and imports of what is no literal: the source text of each. */
  readonly dynamicCode: readonly string[];
  /** Modules of Node. */
  readonly modules: readonly string[];
  /** Calls that start a program: what is started, as written. */
  readonly programs: readonly string[];
  /** Hosts in texts, as far as they are written there. */
  readonly hosts: readonly string[];
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

const EVALUATORS = new Set(['eval', 'Function', 'GeneratorFunction', 'AsyncFunction']);
const COMPILERS = /\b(?:runIn\w*Context|compileFunction|dlopen|_linkedBinding|binding|_compile)$/;
const STARTERS = /(?:^|\.|\b)(?:spawn|spawnSync|execFile|execFileSync|execSync|fork)$/;

/** Reads a bundle's syntax tree; nothing of it runs. */
export function scanBundle(source: string): BundleScan {
  const dynamicCode: string[] = [];
  const modules = new Set<string>();
  const programs: string[] = [];
  const hosts = new Set<string>();
  const text = (node: Node): string =>
    source.slice(node.start, Math.min(node.end, node.start + 80)).replace(/\s+/g, ' ');

  const visitCall = (node: Node): void => {
    const callee = node['callee'] as Node;
    const called = source.slice(callee.start, callee.end);
    const [first] = node['arguments'] as readonly Node[];
    const literal = first?.type === 'Literal' ? first['value'] : undefined;
    if (EVALUATORS.has(called) || COMPILERS.test(called)) dynamicCode.push(text(node));
    else if (/^0, ?eval$|\.constructor$/.test(called) && typeof literal === 'string') {
      dynamicCode.push(text(node));
    } else if (STARTERS.test(called) && first !== undefined) {
      programs.push(text(first));
    } else if (/createRequire\(import\.meta\.url\)$|^require$/.test(called)) {
      if (typeof literal === 'string') modules.add(literal.replace(/^node:/, ''));
      else dynamicCode.push(text(node));
    }
  };

  const visit = (node: Node): void => {
    if (node.type === 'CallExpression' || node.type === 'NewExpression') visitCall(node);
    if (node.type === 'ImportExpression') dynamicCode.push(text(node));
    if (node.type === 'ImportDeclaration') {
      modules.add(String((node['source'] as Node)['value']).replace(/^node:/, ''));
    }
    const value =
      node.type === 'Literal'
        ? node['value']
        : node.type === 'TemplateElement'
          ? (node['value'] as { cooked?: unknown }).cooked
          : undefined;
    if (typeof value === 'string') {
      for (const [, host = ''] of value.matchAll(/\b(?:https?|wss?|ftp):\/\/([\w.:{}-]+)/g)) {
        hosts.add(host);
      }
    }
    for (const child of Object.values(node)) {
      for (const each of Array.isArray(child) ? (child as readonly unknown[]) : [child]) {
        if (isNode(each)) visit(each);
      }
    }
  };
  visit(parse(source, { ecmaVersion: 'latest', sourceType: 'module' }) as unknown as Node);
  return { dynamicCode, modules: [...modules].sort(), programs, hosts: [...hosts].sort() };
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}
