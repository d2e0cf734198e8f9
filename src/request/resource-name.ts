import { Problem } from './problem.ts';

/** Models and versions of AI Platform: a letter, then letters, digits, underscores; at most 128 (Deploying models). */
const RESOURCE_NAME = /^[A-Za-z][A-Za-z0-9_]{0,127}$/;

/** The same text in the grammar of names; what does not start with a letter gets `initial` in front. */
export function toResourceName(given: string, initial: string): string {
  const legal = given.replace(/[^A-Za-z0-9_]/gu, '_');
  return (/^[A-Za-z]/.test(legal) ? legal : initial + legal).slice(0, 128);
}

/** A parser of names given by hand: never altered; when illegal, the problem suggests the legal form. */
export function resourceName(initial: string): (given: string) => string {
  return (given) => {
    if (RESOURCE_NAME.test(given)) return given;
    const rule =
      'must start with a letter and hold only letters A to Z, digits and underscores, at most 128 characters';
    const suggestion = /[A-Za-z0-9]/.test(given) ? `; use ${toResourceName(given, initial)}` : '';
    throw new Problem(`${rule}${suggestion}.`);
  };
}
