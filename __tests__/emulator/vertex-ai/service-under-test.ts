import { startService as startEmulated } from '../ai-platform/service-under-test.ts';
import type { ServiceUnderTest as Emulated } from '../ai-platform/service-under-test.ts';
import type { EmulatorOptions } from '../../../emulator/exchange.ts';

/** Any body that Vertex AI answers; the fields that tests look into. */
export interface Body {
  readonly name?: string;
  readonly displayName?: string;
  readonly etag?: string;
  readonly error?: { readonly code: number; readonly message: string; readonly status: string };
  readonly done?: boolean;
  readonly metadata?: {
    readonly '@type': string;
    readonly genericMetadata: {
      readonly createTime: string;
      readonly updateTime: string;
      readonly partialFailures?: readonly { readonly message: string }[];
    };
    readonly deploymentStage?: string;
  };
  readonly response?: Body & {
    readonly model?: string;
    readonly modelVersionId?: string;
    readonly deployedModel?: Deployed;
  };
  readonly models?: readonly Body[];
  readonly endpoints?: readonly Body[];
  readonly operations?: readonly Body[];
  readonly nextPageToken?: string;
  readonly versionId?: string;
  readonly versionAliases?: readonly string[];
  readonly trafficSplit?: Readonly<Record<string, number>>;
  readonly deployedModels?: readonly Deployed[];
  readonly deployedModelId?: string;
  readonly dedicatedEndpointDns?: string;
}

/** A deployed model, in an endpoint's list or in an operation's response. */
export interface Deployed {
  readonly id: string;
  readonly modelVersionId: string;
  readonly dedicatedResources: object;
}

/** What the service answered. */
export interface Answer {
  readonly status: number;
  readonly body: Body;
}

/** An emulator, and a caller of its project `acme` in `us-central1`. */
export interface ServiceUnderTest extends Emulated {
  /** Paths are below the location, or start with `/v1`. */
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Calls, and reads the operation that it answers once; throws when the call is refused. */
  run(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Uploads `gs://models/svc/` for scikit-learn, or what `model` says. */
  upload(request?: object, model?: object): Promise<Answer>;
  /** Deploys to the endpoint `ep`; the id of the deployed model. */
  deploy(model: string, trafficSplit?: object, fields?: object): Promise<string>;
}

/** The number of the project `acme`, which names in answers hold. */
export const projectNumber = '122062215105';
const location = 'projects/acme/locations/us-central1';
/** Begins names in answers. */
export const place = `projects/${projectNumber}/locations/us-central1`;

/** The prebuilt image of this name. */
export function image(name: string): { imageUri: string } {
  return { imageUri: `us-docker.pkg.dev/vertex-ai/prediction/${name}:latest` };
}

/** A model that can be uploaded: `gs://models/svc/model.pkl` is there from the start. */
export const spec = {
  displayName: 'Fraud',
  artifactUri: 'gs://models/svc',
  containerSpec: image('sklearn-cpu.1-6'),
};

/** A model in a container of its own. */
export const custom = {
  displayName: 'Custom',
  containerSpec: { imageUri: 'us-central1-docker.pkg.dev/acme/serving/model:1' },
};

/** Starts the service. */
export async function startService(options: EmulatorOptions = {}): Promise<ServiceUnderTest> {
  const emulated = await startEmulated(options);
  const service: ServiceUnderTest = {
    ...emulated,
    async call(method, path, body) {
      const url = path.startsWith('/v1') ? path : `/v1/${location}${path}`;
      const response = await fetch(`${emulated.emulator.origin}${url}`, {
        method,
        ...(body !== undefined && {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      });
      return { status: response.status, body: (await response.json()) as Body };
    },
    async run(method, path, body) {
      const operation = await service.call(method, path, body);
      if (operation.status !== 200) throw new Error(operation.body.error?.message);
      return service.call('GET', `/v1/${operation.body.name ?? ''}`);
    },
    upload: (request = { modelId: 'fraud' }, model = {}) =>
      service.run('POST', '/models:upload', { ...request, model: { ...spec, ...model } }),
    async deploy(model, trafficSplit, fields = {}) {
      const { body } = await service.run('POST', '/endpoints/ep:deployModel', {
        deployedModel: {
          model: `${location}/models/${model}`,
          dedicatedResources: { machineSpec: {}, minReplicaCount: 1 },
          ...fields,
        },
        ...(trafficSplit !== undefined && { trafficSplit }),
      });
      const id = body.response?.deployedModel?.id;
      if (id === undefined) throw new Error(body.error?.message);
      return id;
    },
  };
  return service;
}

/** Stands for any text that matches. */
export function text(pattern: RegExp): unknown {
  return expect.stringMatching(pattern);
}

/** Stands for the answer that refuses so. */
export function refused(code: number, status: string, message: RegExp): unknown {
  return {
    status: code,
    body: { error: expect.objectContaining({ status, message: text(message) }) as unknown },
  };
}
