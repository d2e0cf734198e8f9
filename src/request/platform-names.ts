import type { PlatformName } from './deploy-request.ts';
import { displayName } from './display-name.ts';
import { Problem } from './problem.ts';
import { resourceName } from './resource-name.ts';
import { wholeNumber } from './scalar.ts';
import { versionAlias } from './version-alias.ts';

const aiPlatformModel = resourceName('m');
const aiPlatformVersion = resourceName('v');
const percent = wholeNumber(1, 100);

/** A model: on AI Platform in the grammar of its names, on Vertex AI an id or a display name. */
export function modelName(given: string, platform: PlatformName): string {
  return platform === 'vertex-ai' ? displayName(given) : aiPlatformModel(given);
}

/**
 * A version given by hand: on Vertex AI, where the service numbers versions, an alias; to resume a wait also
 * the number, as the output `version` tells it.
 */
export function versionName(given: string, platform: PlatformName, resumes = false): string {
  if (platform !== 'vertex-ai') return aiPlatformVersion(given);
  const isNumber = /^[1-9]\d{0,18}$/.test(given);
  if (isNumber && resumes) return given;
  if (isNumber) {
    throw new Problem(
      'is a number, and Vertex AI numbers versions by itself; give an alias, which is a name of your own such as release-2, or leave version out and one is derived. (A number is for operation, which resumes a wait.)',
    );
  }
  return versionAlias(given);
}

/** An endpoint of Vertex AI, by id or display name. AI Platform has none to choose. */
export function endpointName(given: string, platform: PlatformName): string {
  if (platform === 'vertex-ai') return displayName(given);
  throw new Problem(
    'applies only with platform: vertex-ai; leave it out, since AI Platform has no endpoints to choose from.',
  );
}

/** Percent of an endpoint's traffic; on AI Platform, where the default version gets all, only 100. */
export function trafficPercent(given: string, platform: PlatformName): number {
  if (given === '0') {
    throw new Problem(
      'must be from 1 to 100; to deploy the new version without traffic, set promote: false.',
    );
  }
  const value = percent(given);
  if (value === 100 || platform === 'vertex-ai') return value;
  throw new Problem(
    'must be 100 on AI Platform, where the default version gets all traffic; a part of it goes with platform: vertex-ai only.',
  );
}
