import { nearestName } from '../nearest-name.ts';
import type { Environment } from '../world.ts';
import { inputNames } from './inputs.ts';

/**
 * A sentence for each `INPUT_*` that is none of ours but close to one. The runner itself only warns
 * about inputs that an action does not have, and a slip would otherwise be a default silently used.
 */
export function warnOfUnknownInputs(environment: Environment): readonly string[] {
  return Object.keys(environment)
    .filter((key) => key.startsWith('INPUT_'))
    .map((key) => key.slice('INPUT_'.length).toLowerCase())
    .filter((name) => !inputNames.some((known) => known === name))
    .sort()
    .flatMap((name) => {
      const meant = closest(name.replaceAll('-', '_'));
      return meant === undefined ? [] : [warning(name, meant)];
    });
}

function closest(name: string): string | undefined {
  return (
    nearestName(name, inputNames) ??
    (name === '' ? undefined : inputNames.find((known) => known.startsWith(`${name}_`)))
  );
}

function warning(name: string, meant: string): string {
  return `${name} is not an input of this action and is ignored; did you mean ${meant}?`;
}
