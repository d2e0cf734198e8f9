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
  if (plan === undefined) return '';
  const machine = forMarkdownCode(plan.machineType, 50);
  if (made.some(({ kind }) => kind === 'deployment')) {
    return `\n\nThe machines of a deployment (${machine}) are billed until it is undeployed.`;
  }
  const isBilled =
    plan.machineType.startsWith('n1-') && made.some(({ kind }) => kind === 'version');
  return isBilled ? `\n\nThe nodes of a version on ${machine} are billed until it is deleted.` : '';
}
