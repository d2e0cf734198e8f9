import { Problem } from './problem.ts';

/** Version aliases of Vertex AI, narrow enough for both of its documents (vertex-ai-v1.md, §2). */
const VERSION_ALIAS = /^[a-z][a-z0-9-]{0,126}[a-z0-9]$/;

/** The alias that a bare model name means; it moves to a version when that one is promoted. */
export const DEFAULT_ALIAS = 'default';

/** The same text in the grammar of aliases; what does not start with a letter gets `v` in front. */
export function toVersionAlias(given: string): string {
  const legal = given.toLowerCase().replace(/[^a-z0-9-]/gu, '-');
  const alias = (/^[a-z]/.test(legal) ? legal : `v${legal}`).slice(0, 128).replace(/-+$/, '');
  if (alias === DEFAULT_ALIAS) return `v-${alias}`;
  return alias.length < 2 ? `${alias}0` : alias;
}

/** An alias given by hand: never altered; when illegal, the problem suggests the legal form. */
export function versionAlias(given: string): string {
  const suggestion = /[A-Za-z0-9]/.test(given) ? `; use ${toVersionAlias(given)}` : '';
  if (given === DEFAULT_ALIAS) {
    throw new Problem(
      `must not be ${DEFAULT_ALIAS}: that alias is given to a version when it is promoted${suggestion}.`,
    );
  }
  if (VERSION_ALIAS.test(given)) return given;
  throw new Problem(
    `must, as a version alias of Vertex AI, have 2 to 128 lowercase letters, digits and hyphens, first a letter, last no hyphen${suggestion}.`,
  );
}
