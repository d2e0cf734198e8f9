import type { JsonObject } from '../../world.ts';
import { isJsonObject } from '../../json.ts';
import { text } from '../read.ts';

/** Follows an operation by its metadata. */
export interface Stages {
  /** Says each stage of a deployment once, and each partial failure once. */
  readonly onLook: (operation: JsonObject) => void;
  /** The stage that was seen last, or that there is none to see. */
  readonly state: () => Promise<string>;
}

/** Follows `deploymentStage` and `genericMetadata.partialFailures`. */
export function followStages(say: (line: string) => void): Stages {
  let last: string | undefined;
  const said = new Set<string>();
  const once = (line: string): void => {
    if (said.has(line)) return;
    said.add(line);
    say(line);
  };
  const onLook = ({ metadata }: JsonObject): void => {
    if (!isJsonObject(metadata)) return;
    const stage = text(metadata['deploymentStage']);
    if (stage !== undefined) {
      last = stage.toLowerCase().replaceAll('_', ' ');
      once(`Stage: ${last}`);
    }
    const generic = metadata['genericMetadata'];
    const failures = isJsonObject(generic) ? generic['partialFailures'] : undefined;
    if (!Array.isArray(failures)) return;
    for (const failure of failures.filter(isJsonObject)) {
      once(`Partial failure: ${text(failure['message']) ?? JSON.stringify(failure)}`);
    }
  };
  return { onLook, state: () => Promise.resolve(last ?? 'under way') };
}
