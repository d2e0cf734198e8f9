import { consoleUrl, logsUrl } from '../../src/report/console-url.ts';
import {
  deleteBucketCommand,
  deleteModelCommand,
  deleteObjectsCommand,
  deleteVersionCommand,
  describeVersionCommand,
  setDefaultCommand,
  shellWord,
  waitCommand,
} from '../../src/report/gcloud.ts';
import { begun, deployed, request } from './records.ts';

describe('pages of the console', () => {
  test('are not known before the plan is', () => {
    expect(consoleUrl(begun())).toBeUndefined();
    expect(logsUrl(begun())).toBeUndefined();
  });

  test.each([
    [
      'ai-platform',
      'us-central1',
      'https://console.cloud.google.com/ai-platform/models/fraud/versions/v3?project=acme&region=us-central1',
    ],
    [
      'ai-platform',
      'global',
      'https://console.cloud.google.com/ai-platform/models/fraud/versions/v3?project=acme',
    ],
    [
      'vertex-ai',
      'europe-west4',
      'https://console.cloud.google.com/vertex-ai/locations/europe-west4/models/fraud/versions/v3?project=acme',
    ],
  ] as const)('of a version on %s in %s', (platform, region, url) => {
    expect(consoleUrl({ ...deployed(), request: { ...request, platform, region } })).toBe(url);
  });

  test('of the logs filter by model and version', () => {
    const url = logsUrl(deployed()) ?? '';
    expect(url).toMatch(
      /^https:\/\/console\.cloud\.google\.com\/logs\/query;query=[\w%.-]+\?project=acme$/,
    );
    expect(decodeURIComponent(url)).toContain(
      'resource.type="cloudml_model_version" resource.labels.model_id="fraud" resource.labels.version_id="v3"',
    );
  });

  test('of the logs on Vertex AI filter by endpoint, once it is known', () => {
    const onVertexAi = { ...deployed(), request: { ...request, platform: 'vertex-ai' as const } };
    const names = {
      model: 'projects/1/locations/us-central1/models/2',
      version: '3',
      endpoint: 'projects/1/locations/us-central1/endpoints/4',
      deployedModelId: '5',
    };
    const version = {
      state: 'READY',
      serves: true,
      errorMessage: undefined,
      machineType: undefined,
      names,
    };
    const region =
      'resource.type="aiplatform.googleapis.com/Endpoint" resource.labels.location="us-central1"';
    const filter = (url: string | undefined): string | undefined =>
      /query=(?<filter>[^?]+)\?/.exec(decodeURIComponent(url ?? ''))?.groups?.['filter'];
    expect(filter(logsUrl(onVertexAi))).toBe(region);
    expect(filter(logsUrl({ ...onVertexAi, version }))).toBe(
      `${region} resource.labels.endpoint_id="4"`,
    );
  });
});

describe('commands to type', () => {
  const place = { projectId: 'acme', region: 'us-central1' };

  test.each([
    [setDefaultCommand(place, 'fraud', 'v2'), 'versions set-default v2 --model=fraud'],
    [deleteVersionCommand(place, 'fraud', 'v3'), 'versions delete v3 --model=fraud'],
    [describeVersionCommand(place, 'fraud', 'v3'), 'versions describe v3 --model=fraud'],
    [deleteModelCommand(place, 'fraud'), 'models delete fraud'],
    [
      waitCommand(place, 'projects/acme/operations/create_fraud_v3-1'),
      'operations wait create_fraud_v3-1',
    ],
  ])('%s names region and project', (line, verb) => {
    expect(line).toBe(`gcloud ai-platform ${verb} --region=us-central1 --project=acme`);
  });

  test('delete objects and buckets', () => {
    expect(deleteObjectsCommand('gs://b/fraud/v3/')).toBe(
      'gcloud storage rm --recursive gs://b/fraud/v3/',
    );
    expect(deleteBucketCommand('b')).toBe('gcloud storage buckets delete gs://b');
  });

  test.each([
    ['gs://b/a-b_c.d', 'gs://b/a-b_c.d'],
    ["it's $(x)", `'it'\\''s $(x)'`],
    ['', "''"],
  ])('quote %j as a word of a shell', (word, quoted) => {
    expect(shellWord(word)).toBe(quoted);
  });
});
