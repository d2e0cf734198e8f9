/** Regions that have an endpoint of their own (Regional endpoints page). */
export const endpointRegions: readonly string[] = [
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
