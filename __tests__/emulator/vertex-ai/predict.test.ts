import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writePythonProgram } from '../python-program.ts';
import { custom, image, place, refused, startService } from './service-under-test.ts';
import type { Answer, ServiceUnderTest } from './service-under-test.ts';

const examples = join(import.meta.dirname, '..', '..', '..', 'examples', 'models');

/** Runs the test with the model `fraud` and an empty endpoint `ep`, and this Python. */
async function withService(
  python: string,
  work: (service: ServiceUnderTest) => Promise<void>,
): Promise<void> {
  const service = await startService({ python });
  try {
    await service.upload();
    await service.run('POST', '/endpoints?endpointId=ep', { displayName: 'Endpoint' });
    await work(service);
  } finally {
    await service.emulator.close();
  }
}

describe('without a Python that could answer', () => {
  test('an endpoint without traffic predicts nothing', async () => {
    await withService('no-such-python', async (service) => {
      const predict = (): Promise<Answer> =>
        service.call('POST', '/endpoints/ep:predict', { instances: [1] });
      const nothing = refused(
        400,
        'FAILED_PRECONDITION',
        /^Endpoint projects\/acme\/locations\/us-central1\/endpoints\/ep doesn't have traffic_split\.$/,
      );
      expect(await predict()).toEqual(nothing);
      await service.deploy('fraud');
      expect(await predict()).toEqual(nothing);
    });
  });

  test('predict says what to install, and makes nothing up', async () => {
    await withService('no-such-python', async (service) => {
      await service.deploy('fraud', { 0: 100 });
      expect(await service.call('POST', '/endpoints/ep:predict', { instances: [1] })).toEqual(
        refused(501, 'UNIMPLEMENTED', /\(no-such-python\) could not be started: .*Install Python/),
      );
    });
  });

  test.each([
    ['containers', custom, /it does not run containers/],
    [
      'TorchServe',
      { artifactUri: 'gs://models/mar', containerSpec: image('pytorch-cpu.2-4') },
      /it does not run TorchServe/,
    ],
  ])('%s are held, and said not to run', async (_, model, message) => {
    await withService('no-such-python', async (service) => {
      await service.put('mar/model.mar', 'PK\x03\x04');
      await service.upload({ modelId: 'other' }, model);
      await service.deploy('other', { 0: 100 });
      expect(await service.call('POST', '/endpoints/ep:predict', { instances: [1] })).toEqual(
        refused(501, 'UNIMPLEMENTED', message),
      );
    });
  });

  test('requests of another form never reach a Python', async () => {
    await withService('no-such-python', async (service) => {
      await service.deploy('fraud', { 0: 100 });
      for (const body of [{}, { instances: [] }, { instances: 1 }, { instances: [1], x: 1 }]) {
        expect((await service.call('POST', '/endpoints/ep:predict', body)).status).toBe(400);
      }
      const large = { instances: ['x'.repeat(1_500_000)] };
      expect(await service.call('POST', '/endpoints/ep:predict', large)).toEqual(
        refused(400, 'INVALID_ARGUMENT', /^Request payload size exceeds the limit: 1500000 bytes/),
      );
      expect((await service.call('POST', '/endpoints/none:predict', {})).status).toBe(404);
    });
  });

  test('explain needs an explanationSpec, of the model or of its deployment', async () => {
    await withService('no-such-python', async (service) => {
      const explanationSpec = { parameters: { sampledShapleyAttribution: { pathCount: 5 } } };
      await service.upload({ modelId: 'explained' }, { explanationSpec });
      await service.deploy('fraud', { 0: 100 }, { id: '1' });
      await service.deploy('fraud', undefined, { id: '2', explanationSpec });
      await service.deploy('explained', undefined, { id: '3' });
      await service.deploy('explained', undefined, { id: '4', disableExplanations: true });
      const explain = (deployedModelId?: string): Promise<Answer> =>
        service.call('POST', '/endpoints/ep:explain', { instances: [1], deployedModelId });
      for (const id of [undefined, '1', '4']) {
        expect(await explain(id)).toEqual(
          refused(
            400,
            'FAILED_PRECONDITION',
            /^Deployed model [14] does not support explanation\.$/,
          ),
        );
      }
      for (const id of ['2', '3']) {
        expect(await explain(id)).toEqual(refused(501, 'UNIMPLEMENTED', /never makes up/));
      }
      expect((await explain('9')).status).toBe(404);
    });
  });

  test('the shared host does not answer for a dedicated endpoint', async () => {
    await withService('no-such-python', async (service) => {
      const body = { displayName: 'x', dedicatedEndpointEnabled: true };
      await service.run('POST', '/endpoints?endpointId=own', body);
      const { origin } = service.emulator;
      const at = (host: string): Promise<string> => {
        const url = `http://${host}/v1/projects/acme/locations/us-central1/endpoints/own:predict`;
        return new Promise((resolve, reject) => {
          const { hostname, port } = new URL(origin);
          const proxied = request({ hostname, port, path: url, method: 'POST' }, (answer) => {
            answer.setEncoding('utf8').once('data', resolve);
          });
          proxied.on('error', reject);
          proxied.setHeader('content-type', 'application/json');
          proxied.end('{"instances": [1]}');
        });
      };
      expect(await at('us-central1-aiplatform.googleapis.com')).toMatch(
        /Dedicated Endpoint cannot be accessed through the shared Vertex AI domain/,
      );
      expect(await at('own.us-central1-1.prediction.vertexai.goog')).toMatch(
        /doesn't have traffic_split/,
      );
    });
  });
});

const scripted = process.platform === 'win32' ? describe.skip : describe;
scripted('what the Python answers', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'python-'));
  });
  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  const program = (body: string): Promise<string> => writePythonProgram(directory, body);

  test('comes with the deployed model and the version that gave it', async () => {
    const python = await program(`end(0, { predictions: [request, commandLine.slice(3)] });`);
    await withService(python, async (service) => {
      const id = await service.deploy('fraud', { 0: 100 });
      const instances = [[1], { b64: 'eA==' }];
      const body = { instances, parameters: { a: 1 } };
      expect(await service.call('POST', '/endpoints/ep:predict', body)).toEqual({
        status: 200,
        body: {
          predictions: [{ instances }, ['--framework', 'scikit-learn', '--bare-outputs']],
          deployedModelId: id,
          model: `${place}/models/fraud`,
          modelDisplayName: 'Fraud',
          modelVersionId: '1',
        },
      });
    });
  });

  test('comes from each model by its share, evenly spread and always alike', async () => {
    const python = await program(`end(0, { predictions: [] });`);
    await withService(python, async (service) => {
      await service.deploy('fraud', { 0: 100 }, { id: '1' });
      await service.deploy('fraud', { 0: 20, 1: 80 }, { id: '2' });
      await service.deploy('fraud', { 0: 0, 1: 80, 2: 20 }, { id: '3' });
      const answered: (string | undefined)[] = [];
      for (let count = 0; count < 10; count += 1) {
        const { body } = await service.call('POST', '/endpoints/ep:predict', { instances: [1] });
        answered.push(body.deployedModelId);
      }
      expect(answered.join('')).toBe('1121111211');
    });
  });

  test('as an error is a Status with the text of the container', async () => {
    const python = await program(`end(1, { error: 'Invalid inputs: no (Error code: 1)' });`);
    await withService(python, async (service) => {
      await service.deploy('fraud', { 0: 100 });
      const { status, body } = await service.call('POST', '/endpoints/ep:predict', {
        instances: [1],
      });
      expect([status, body.error]).toEqual([
        400,
        {
          code: 400,
          status: 'INVALID_ARGUMENT',
          message: '{"error":"Invalid inputs: no (Error code: 1)"}',
        },
      ]);
    });
  });

  test('passes through rawPredict, with headers that name who spoke', async () => {
    const python = await program(`end(0, { predictions: request.instances });`);
    await withService(python, async (service) => {
      const id = await service.deploy('fraud', { 0: 100 });
      const url = `${service.emulator.origin}/v1/${place}/endpoints/ep:rawPredict`;
      // Like gcloud: without a content type.
      const raw = (body: string): Promise<Response> =>
        fetch(url, { method: 'POST', body: new TextEncoder().encode(body) });
      const response = await raw('{"instances": [[1, 2]]}');
      expect(await response.json()).toEqual({ predictions: [[1, 2]] });
      expect(response.headers.get('x-vertex-ai-endpoint-id')).toBe('ep');
      expect(response.headers.get('x-vertex-ai-deployed-model-id')).toBe(id);
      const wrong = await raw('{"instance": 1}');
      expect([wrong.status, await wrong.json()]).toEqual([
        400,
        { error: 'The request must be an object with a list of "instances".' },
      ]);
    });
  });
});

describe('real models', () => {
  const found = spawnSync('python3', ['-c', 'import sklearn, joblib'], { stdio: 'ignore' });
  const isInstalled = found.status === 0;
  const read = async (file: string): Promise<unknown> =>
    JSON.parse(await readFile(join(examples, 'proof', 'scikit-learn', file), 'utf8')) as unknown;

  test.each([
    ['tensorflow/export/1700000000', 'tf2-cpu.2-11'],
    ['scikit-learn', 'sklearn-cpu.1-0'],
    ['scikit-learn-compressed', 'sklearn-cpu.1-0'],
    ['xgboost', 'xgboost-cpu.1-6'],
  ])('%s is deployed with %s', async (directory, name) => {
    await withService('no-such-python', async (service) => {
      await service.putDirectory('real/', join(examples, directory));
      const model = { artifactUri: 'gs://models/real/', containerSpec: image(name) };
      await service.upload({ modelId: 'real' }, model);
      expect(await service.deploy('real', { 0: 100 })).toMatch(/^\d+$/);
    });
  });

  test('the scikit-learn of a model is the only one that serves it', async () => {
    await withService('no-such-python', async (service) => {
      await service.putDirectory('real/', join(examples, 'scikit-learn'));
      await service.upload({ modelId: 'real' }, { artifactUri: 'gs://models/real/' });
      await expect(service.deploy('real')).rejects.toThrow(/^Model server exited unexpectedly/);
    });
  });

  (isInstalled ? test : test.skip)(
    `predict what they did when they were trained${isInstalled ? '' : ' (skipped: python3 has no scikit-learn)'}`,
    async () => {
      await withService('python3', async (service) => {
        await service.putDirectory('real/', join(examples, 'scikit-learn'));
        const containerSpec = image('sklearn-cpu.1-0');
        await service.upload(
          { modelId: 'real' },
          { artifactUri: 'gs://models/real/', containerSpec },
        );
        await service.deploy('real', { 0: 100 });
        const instances = await read('instances.json');
        const { body } = await service.call('POST', '/endpoints/ep:predict', instances);
        expect(body).toMatchObject((await read('predictions.json')) as object);
      });
    },
    60_000,
  );
});
