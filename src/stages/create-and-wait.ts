import type { Plan } from '../plan/plan.ts';
import type { Deploy } from './deploy.ts';

/** Starts the creation of the version, or takes up one that runs, and waits for it if that is wanted. */
export async function createAndWait(deploy: Deploy, plan: Plan): Promise<void> {
  const { request, record, platform, memory, teller, during } = deploy;
  if (request.operation === undefined) {
    const creation = await during('version', () => platform.createVersion(plan));
    record.operation = creation.operation;
    record.version = creation.version;
  } else {
    record.operation = request.operation;
  }
  const { operation } = record;
  if (operation !== undefined) record.watchCommand = platform.watchCommand(operation);
  memory.keep();
  teller.creating(record);
  if (!request.wait) return;
  record.version = await during('wait', () => platform.awaitVersion(operation, plan));
  record.predictUrl = platform.predictUrl(plan);
}
