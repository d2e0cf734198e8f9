import type { DeployRecord } from '../record.ts';

/** What a broken-off deploy has left in the cloud, each with the command that deletes it, in one text. */
export function leftovers({ made }: DeployRecord): string {
  const each = made
    .toReversed()
    .map(({ kind, name, state, undo }) => `${kind} ${name} (${state}): ${undo}`);
  return `This deploy was broken off and left: ${each.join('; ')}`;
}
