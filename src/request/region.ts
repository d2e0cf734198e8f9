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

/** A region of AI Platform. */
export function region(given: string): string {
  if (aiPlatformRegions.includes(given)) return given;
  throw new Problem(`${complaint(given)}; must be one of ${aiPlatformRegions.join(', ')}.`);
}

/** A region of AI Platform, or `global` for the global endpoint. */
export function endpointRegion(given: string): string {
  if (given === 'global' || aiPlatformRegions.includes(given)) return given;
  throw new Problem(
    `${complaint(given)}; must be global or one of ${aiPlatformRegions.join(', ')}.`,
  );
}

function complaint(given: string): string {
  if (/^[a-z]+-[a-z]+\d+-[a-z]$/.test(given)) return 'is a zone, not a region';
  if (/^[a-z]+-[a-z]+\d+$/.test(given)) return 'is not a region that AI Platform serves from';
  return 'is not the name of a region, such as us-central1';
}
