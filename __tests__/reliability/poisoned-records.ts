import type { DeployRecord } from '../../src/record.ts';
import { deployed, failed, plan } from '../report/records.ts';

/** Fields whose words are ours, on which the form of a report depends. */
const OURS = new Set([
  'action',
  'code',
  'framework',
  'kind',
  'platform',
  'promotion',
  'runId',
  'serverUrl',
  'status',
  'verdict',
]);

/** Deploys of every kind, with something in every field that is reported. */
const records: Readonly<Record<string, DeployRecord>> = {
  failed: {
    ...failed(),
    failure: { code: 'internal', what: 'x', why: 'x', reasons: ['x', 'x'], next: 'x' },
    proof: { verdict: 'bad', instances: 1, seconds: 1, problems: ['x', 'x'] },
  },
  deployed: { ...deployed(), predictions: [{ x: 'x' }, 'x'] },
  planned: {
    ...deployed(),
    status: 'planned',
    plan: {
      ...plan,
      upload: { ...plan.upload, createBucket: true },
      retire: ['x'],
      changes: [{ path: 'x', existing: 'x', wanted: 'x' }],
    },
  },
  'in progress': { ...deployed(), status: 'in-progress', promoted: false },
  'on Vertex AI': {
    ...deployed(),
    existing: {
      model: undefined,
      version: undefined,
      servingVersion: 'x',
      traffic: { x: 30, y: 70 },
    },
    version: {
      state: 'READY',
      serves: true,
      errorMessage: undefined,
      machineType: 'x',
      names: { model: 'x', version: 'x', endpoint: 'x', deployedModelId: 'x' },
      traffic: { x: 60, y: 30, z: 10 },
    },
    plan: {
      ...plan,
      vertexAi: {
        parent: 'x',
        uploadBody: {},
        endpoint: { displayName: 'x', name: undefined, id: undefined, body: {} },
        deployedModel: {},
        deployTrafficSplit: undefined,
        traffic: 10,
        existing: undefined,
        replaced: undefined,
        proofEndpoint: undefined,
        translations: [{ from: 'x', to: 'x', why: 'x' }],
      },
    },
  },
};

export const kinds: readonly string[] = Object.keys(records);

/** A record of this kind with the text in the place of every string that is not one of our own words. */
export function poisoned(kind: string, text: string): DeployRecord {
  return poison(records[kind], text) as DeployRecord;
}

function poison(value: unknown, text: string): unknown {
  if (typeof value === 'string') return text;
  if (Array.isArray(value)) return value.map((each) => poison(each, text));
  if (typeof value !== 'object' || value === null || value instanceof Map) return value;
  const isTraffic = Object.values(value).every((each) => typeof each === 'number');
  return Object.fromEntries(
    Object.entries(value).map(([key, each], index) => [
      isTraffic ? `${index}${text}` : key,
      OURS.has(key) ? each : poison(each, text),
    ]),
  );
}
