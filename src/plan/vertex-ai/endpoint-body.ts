import type { DeployRequest } from '../../request/deploy-request.ts';
import type { JsonObject } from '../../world.ts';
import { isObject, layOver, valueAt, withoutEmpty } from '../json.ts';
import { requestResponseLogging } from './translate.ts';

/** What a user may choose as the id of a new endpoint (vertex-ai-v1.md, §2). */
const ENDPOINT_ID = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Id that a new endpoint is asked for with; `undefined` when its name does not fit as one. */
export function endpointId(name: string): string | undefined {
  return ENDPOINT_ID.test(name) ? name : undefined;
}

/** Body of `endpoints.create`: the mapping `endpoint` of `version_config`, the inputs over it. */
export function endpointBody(request: DeployRequest): JsonObject {
  const { versionConfig, endpoint, labels } = request;
  const config = valueAt(versionConfig, ['endpoint']);
  const translated = withoutEmpty({
    predictRequestResponseLoggingConfig: requestResponseLogging(versionConfig),
  });
  return layOver(
    layOver(translated, isObject(config) ? config : {}),
    withoutEmpty({ displayName: endpoint, labels }),
  );
}
