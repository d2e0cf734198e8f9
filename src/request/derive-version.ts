import { Failure } from '../failure.ts';
import type { DeployRequest } from './deploy-request.ts';
import { toResourceName } from './resource-name.ts';
import { toVersionAlias } from './version-alias.ts';

/**
 * The version's name: the one given by hand, else of the tag (`v1.2.3` → `v1_2_3`), else of the
 * timestamped export (`v1700000000`), else of the run (`run_<run id>_<attempt>`). Derived names are
 * brought into the grammar of the platform: on Vertex AI they are aliases, with hyphens (`v1-2-3`).
 * Throws `Failure` outside GitHub, where nothing names it.
 */
export function deriveVersion(
  request: Pick<DeployRequest, 'version' | 'run' | 'platform'>,
  exportTimestamp: string | undefined,
): string {
  const { tag, runId, runAttempt } = request.run;
  if (request.version !== undefined) return request.version;
  const toName = (text: string): string =>
    request.platform === 'vertex-ai' ? toVersionAlias(text) : toResourceName(text, 'v');
  if (tag !== undefined) return toName(tag);
  if (exportTimestamp !== undefined) return toName(`v${exportTimestamp}`);
  if (runId !== undefined) return toName(`run_${runId}_${runAttempt ?? '1'}`);
  throw new Failure({
    code: 'invalid-input',
    what: 'The version has no name.',
    why: 'The input version is empty, no tag was pushed, the model is not a timestamped export, and there is no GitHub run to name it after.',
    next: 'Give the input version, such as v1.',
  });
}
