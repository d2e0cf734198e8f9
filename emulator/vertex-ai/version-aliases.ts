import { wrongField } from './api.ts';
import { checkVersionAlias } from './names.ts';
import type { ModelRecord } from './state.ts';

/** The alias that a bare model name means; exactly one version has it at all times. */
export const defaultAlias = 'default';

/** The aliases of a version, in the order in which they were given. */
export function aliasesOf(model: ModelRecord, version: string): readonly string[] {
  return [...model.aliases].filter(([, id]) => id === version).map(([alias]) => alias);
}

/** Gives the aliases to a version, and so takes them from whichever had them. */
export function giveAliases(model: ModelRecord, version: string, aliases: readonly string[]): void {
  for (const alias of aliases) model.aliases.set(alias, version);
}

/**
 * Merges changes into the aliases of a version: `golden` adds, `-golden` removes, both at once cancel
 * out (Model aliases page). Throws INVALID_ARGUMENT for a bad alias, and for taking `default` away
 * without giving it to another version.
 */
export function mergeAliases(
  model: ModelRecord,
  version: string,
  changes: readonly string[],
): void {
  for (const change of changes) {
    checkVersionAlias(change.replace(/^-/, ''), 'version_aliases');
  }
  const isMeant = (change: string): boolean =>
    !changes.includes(change.startsWith('-') ? change.slice(1) : `-${change}`);
  const meant = changes.filter(isMeant);
  const removed = meant.filter((change) => change.startsWith('-')).map((change) => change.slice(1));
  if (removed.includes(defaultAlias) && model.aliases.get(defaultAlias) === version) {
    throw wrongField(
      'version_aliases',
      'The alias "default" cannot be removed: exactly one version has it. Add it to another version instead.',
    );
  }
  for (const alias of removed) {
    if (model.aliases.get(alias) === version) model.aliases.delete(alias);
  }
  giveAliases(
    model,
    version,
    meant.filter((change) => !change.startsWith('-')),
  );
}

/** Removes a version with its aliases; `default` moves to the most recent one that is left. */
export function dropVersion(model: ModelRecord, version: string): void {
  const held = aliasesOf(model, version);
  model.versions.delete(version);
  for (const alias of held) model.aliases.delete(alias);
  const newest = [...model.versions.keys()].at(-1);
  if (held.includes(defaultAlias) && newest !== undefined) {
    model.aliases.set(defaultAlias, newest);
  }
}
