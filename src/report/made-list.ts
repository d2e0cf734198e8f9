import type { DeployRecord } from '../record.ts';
import { forMarkdownCode, forMarkdownProse } from './foreign-text.ts';

/** What this run made, a list item each. */
export function madeItems({ made }: DeployRecord): readonly string[] {
  return made.map(
    ({ kind, name, state }) =>
      `- ${kind} ${forMarkdownCode(name)}: ${forMarkdownProse(state, 300)}`,
  );
}

/** A paragraph about what is billed while it stays; empty where nothing is. */
export function billNote({ made, plan }: DeployRecord): string {
  const isBilled =
    plan?.machineType.startsWith('n1-') === true && made.some(({ kind }) => kind === 'version');
  return isBilled
    ? `\n\nThe nodes of a version on ${forMarkdownCode(plan.machineType, 50)} are billed until it is deleted.`
    : '';
}
