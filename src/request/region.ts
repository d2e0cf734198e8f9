import { isOneSlip, nearestName } from '../nearest-name.ts';
import type { PlatformName } from './deploy-request.ts';
import { Problem } from './problem.ts';

/** Regional endpoints of AI Platform Prediction (Regional endpoints page; ai-platform-v1.md §1). */
export const aiPlatformRegions: readonly string[] = [
  'us-central1',
  'us-east1',
  'us-east4',
  'us-west1',
  'northamerica-northeast1',
  'europe-west1',
  'europe-west2',
  'europe-west3',
  'europe-west4',
  'asia-east1',
  'asia-northeast1',
  'asia-southeast1',
  'australia-southeast1',
];

/** Regions of Vertex AI (Locations page; vertex-ai-v1.md §1). Others may have come since. */
export const vertexAiRegions: readonly string[] = [
  'africa-south1',
  ...['east1', 'east2', 'northeast1', 'northeast2', 'northeast3'].map((part) => `asia-${part}`),
  ...['south1', 'south2', 'southeast1', 'southeast2'].map((part) => `asia-${part}`),
  ...['southeast1', 'southeast2'].map((part) => `australia-${part}`),
  ...['central2', 'north1', 'southwest1'].map((part) => `europe-${part}`),
  ...[1, 2, 3, 4, 6, 8, 9, 12].map((number) => `europe-west${number}`),
  ...['central1', 'central2', 'west1'].map((part) => `me-${part}`),
  ...['northeast1', 'northeast2'].map((part) => `northamerica-${part}`),
  ...['east1', 'west1'].map((part) => `southamerica-${part}`),
  ...['central1', 'east1', 'east4', 'east5', 'south1'].map((part) => `us-${part}`),
  ...['west1', 'west2', 'west3', 'west4'].map((part) => `us-${part}`),
];

/** A region of the platform. On Vertex AI any text of that form but a slip: Google opens new ones. */
export function region(given: string, platform: PlatformName): string {
  return platform === 'vertex-ai' ? vertexAiRegion(given) : aiPlatformRegion(given, []);
}

/** A region of the platform, or `global` for the global endpoint, which only AI Platform has. */
export function endpointRegion(given: string, platform: PlatformName): string {
  if (platform === 'vertex-ai' && given === 'global') {
    throw new Problem(
      'is an endpoint of AI Platform only, and Vertex AI serves every model from one region; give that region, such as us-central1 (coming from AI Platform: the one that model_region named).',
    );
  }
  return platform === 'vertex-ai' ? vertexAiRegion(given) : aiPlatformRegion(given, ['global']);
}

function vertexAiRegion(given: string): string {
  const isRegion = /^[a-z]+-[a-z]+\d+$/.test(given);
  const meant = regionMeant(given, vertexAiRegions);
  if (isRegion && meant === undefined) return given;
  throw new Problem(
    isRegion
      ? `is no region of Vertex AI; did you mean ${meant}?`
      : `${complaint(given)}; ${meant === undefined ? 'must be a region, such as us-central1.' : `did you mean ${meant}?`}`,
  );
}

function aiPlatformRegion(given: string, besides: readonly string[]): string {
  const allowed = [...besides, ...aiPlatformRegions];
  if (allowed.includes(given)) return given;
  const meant = regionMeant(given, allowed);
  const words =
    besides.length === 0
      ? `must be one of ${allowed.join(', ')}`
      : `must be ${besides.join()} or one of ${aiPlatformRegions.join(', ')}`;
  throw new Problem(
    `${complaint(given)}; ${words}${meant === undefined ? '.' : `; did you mean ${meant}?`}`,
  );
}

/** A sentence when Vertex AI is not known to serve from this region: it may be new, or a slip. */
export function warnOfUnknownRegion(given: string): readonly string[] {
  if (vertexAiRegions.includes(given)) return [];
  const meant = nearestName(given, vertexAiRegions);
  const question = meant === undefined ? '.' : `; did you mean ${meant}?`;
  return [
    `region: ${given} is none of the ${vertexAiRegions.length} regions that Vertex AI was known to serve from when this release was made${question}`,
  ];
}

/**
 * The region that was certainly meant: that of a zone, or a known one that is a single slip away in its
 * letters. Other digits may be those of a new region.
 */
function regionMeant(given: string, regions: readonly string[]): string | undefined {
  const ofZone = regions.find((known) => /^-[a-z]$/.test(given.replace(known, '')));
  if (ofZone !== undefined) return ofZone;
  const letters = (name: string): string => name.replaceAll(/\d/g, '');
  if (regions.some((known) => letters(known) === letters(given))) return undefined;
  return regions.find((known) => isOneSlip(given, known));
}

function complaint(given: string): string {
  if (/^[a-z]+-[a-z]+\d+-[a-z]$/.test(given)) return 'is a zone, not a region';
  if (/^[a-z]+-[a-z]+\d+$/.test(given)) return 'is not a region that AI Platform serves from';
  return 'is not the name of a region, such as us-central1';
}
