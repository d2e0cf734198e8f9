import type { DeployRecord, Made } from '../record.ts';

/** Short name of the version that served before this run; `undefined` if none, or not known. */
export function servedBefore({ plan, existing }: DeployRecord): string | undefined {
  return plan === undefined ? existing?.servingVersion : plan.previousVersion;
}

/** Short name of the version that serves as far as this run knows. */
export function servingNow(record: DeployRecord): string | undefined {
  const { made, plan, promoted, serving, version, withdrawn } = record;
  if (serving !== undefined) {
    return serving === version?.names?.version ? plan?.version.id : serving;
  }
  // While a version is replaced, it is its stand-in that serves.
  const serves = made.find((each) => each.serves === true);
  if (serves !== undefined) return serves.name.split('/').at(-1);
  const isOurs = withdrawn !== true && (promoted || version?.serves === true);
  return isOurs ? plan?.version.id : servedBefore(record);
}

/** Whether there is, or may be, a version in the cloud that this run is about. */
export function versionExists({ version, operation, made, withdrawn }: DeployRecord): boolean {
  if (withdrawn === true) return false;
  return (
    version !== undefined ||
    operation !== undefined ||
    made.some(({ kind }) => kind === 'version' || kind === 'deployment')
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
    ...made.toReversed().map((each) => ({
      does: takingBack(each).replace(/\s+/g, ' '),
      command: each.undo,
    })),
  ];
}

function takingBack({ kind, name }: Made): string {
  const [, endpoint = '', id = ''] = /\/endpoints\/([^/]+)\/deployedModels\/(.+)$/.exec(name) ?? [];
  return kind === 'deployment'
    ? `undeploy ${id} from endpoint ${endpoint}`
    : `delete the ${kind} ${name}`;
}

/** How much of the traffic this run's version has, where that is not all of it; empty elsewhere. */
export function shareOfTraffic({ version }: DeployRecord): string {
  const percent = version?.traffic?.[version.names?.version ?? ''];
  return percent === undefined || percent === 0 || percent === 100
    ? ''
    : `${percent} % of the traffic`;
}
