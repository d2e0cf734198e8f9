import type { Environment } from '../world.ts';

/** A variable without blanks around it; an empty one is absent. */
export function variable(environment: Environment, name: string): string | undefined {
  const value = environment[name]?.trim();
  return value === '' ? undefined : value;
}
