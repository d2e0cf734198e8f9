import type { JsonObject } from '../../world.ts';
import { isJsonObject } from '../../json.ts';
import { text } from '../read.ts';

/**
 * Says each stage of a deployment once, and each partial failure once: `deploymentStage` and
 * `genericMetadata.partialFailures` of the operation's metadata.
 */
export function followStages(say: (line: string) => void): (operation: JsonObject) => void {
  const said = new Set<string>();
  const once = (line: string): void => {
    if (said.has(line)) return;
    said.add(line);
    say(line);
  };
  return ({ metadata }) => {
    if (!isJsonObject(metadata)) return;
    const stage = text(metadata['deploymentStage']);
    if (stage !== undefined) once(`Stage: ${stage.toLowerCase().replaceAll('_', ' ')}`);
    const generic = metadata['genericMetadata'];
    const failures = isJsonObject(generic) ? generic['partialFailures'] : undefined;
    if (!Array.isArray(failures)) return;
    for (const failure of failures.filter(isJsonObject)) {
      once(`Partial failure: ${text(failure['message']) ?? JSON.stringify(failure)}`);
    }
  };
}
