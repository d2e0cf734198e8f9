import type { DeployRecord } from '../record.ts';

/** Short name of the version that served before this run; `undefined` if none, or not known. */
export function servedBefore({ plan, existing }: DeployRecord): string | undefined {
  return plan === undefined ? existing?.servingVersion : plan.previousVersion;
}

/** Short name of the version that serves as far as this run knows. */
export function servingNow(record: DeployRecord): string | undefined {
  const isOurs = record.promoted || record.version?.serves === true;
  return isOurs ? record.plan?.version.id : servedBefore(record);
}

/** Whether there is, or may be, a version in the cloud that this run is about. */
export function versionExists({ version, operation, made, withdrawn }: DeployRecord): boolean {
  if (withdrawn === true) return false;
  return (
    version !== undefined || operation !== undefined || made.some(({ kind }) => kind === 'version')
  );
}

/** Whether predictions can be asked for, or soon can. */
export function isCallable(record: DeployRecord): boolean {
  return record.failure === undefined && versionExists(record);
}

/** A step that takes back a part of what this run did. */
export interface UndoStep {
  /** What the command does, in a few words on one line. */
  readonly does: string;
  readonly command: string;
}

/** Takes back all that this run did, in the order in which it has to be done: newest first. */
export function undoSteps(record: DeployRecord): readonly UndoStep[] {
  const { made, restoreCommand } = record;
  const before = servedBefore(record);
  const serveAgain =
    record.version?.serves === true && restoreCommand !== undefined
      ? [{ does: `let ${before ?? 'what served before'} serve again`, command: restoreCommand }]
      : [];
  return [
    ...serveAgain,
    ...made.toReversed().map(({ kind, name, undo }) => ({
      does: `delete the ${kind} ${name}`.replace(/\s+/g, ' '),
      command: undo,
    })),
  ];
}
