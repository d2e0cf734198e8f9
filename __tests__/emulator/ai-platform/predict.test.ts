import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writePythonProgram } from '../python-program.ts';
import { refusal, startService, text } from './service-under-test.ts';
import type { ServiceUnderTest } from './service-under-test.ts';

const examples = join(import.meta.dirname, '..', '..', '..', 'examples', 'models');
const predict = '/models/fraud:predict';

/** Runs the test with a deployed version `v1` of a model `fraud` and this Python. */
async function withService(
  python: string,
  work: (service: ServiceUnderTest) => Promise<void>,
): Promise<void> {
  const service = await startService({ python });
  try {
    await service.global.call('POST', '/models', { name: 'fraud' });
    await service.global.deploy('v1');
    await work(service);
  } finally {
    await service.emulator.close();
  }
}

describe('without a Python that could answer', () => {
  test('predict says what to install, and makes nothing up', async () => {
    await withService('no-such-python', async ({ global }) => {
      const answer = await global.call('POST', predict, { instances: [[1]] });
      expect(answer.status).toBe(501);
      expect(answer.body.error).toMatchObject({
        status: 'UNIMPLEMENTED',
        message: text(/\(no-such-python\) could not be started: .*Install Python/),
      });
    });
  });

  test('requests that the service itself refuses never reach a Python', async () => {
    await withService('no-such-python', async ({ global }) => {
      expect(await global.call('POST', '/models/other:predict', { instances: [] })).toEqual({
        status: 404,
        body: refusal(
          404,
          'NOT_FOUND',
          'name',
          `The model resource: "other" was not found. Please create the model resource first by using 'gcloud ai-platform models create other'.`,
        ),
      });
      const version = await global.call('POST', '/models/fraud/versions/v2:predict', {});
      expect(version.body.error?.message).toContain('The version resource: "v2" was not found.');
      for (const body of [{}, { instances: 1 }, { instances: [], signature_name: 1 }]) {
        expect((await global.call('POST', predict, body)).status).toBe(400);
      }
      const large = await global.call('POST', predict, { instances: ['x'.repeat(1_500_000)] });
      expect(large.body.error?.message).toBe(
        'Request payload size exceeds the limit: 1500000 bytes.',
      );
    });
  });

  test('a model without a default version predicts nothing', async () => {
    await withService('no-such-python', async ({ global }) => {
      await global.call('POST', '/models', { name: 'empty' });
      const answer = await global.call('POST', '/models/empty:predict', { instances: [] });
      expect(answer.status).toBe(404);
    });
  });

  test('explanations need a version that was made for them', async () => {
    await withService('no-such-python', async ({ global }) => {
      const answer = await global.call('POST', '/models/fraud:explain', { instances: [[1]] });
      expect(answer.body.error).toMatchObject({
        status: 'FAILED_PRECONDITION',
        message: text(/created without "explanation_config"/),
      });
    });
  });

  test('an emulator that keeps no contents takes any bytes, and predicts nothing', async () => {
    const service = await startService({ keepContents: false });
    try {
      const { global } = service;
      await global.call('POST', '/models', { name: 'fraud' });
      expect((await global.deploy('v1')).body.response?.state).toBe('READY');
      const answer = await global.call('POST', predict, { instances: [[1]] });
      expect(answer.body.error).toMatchObject({ code: 501, message: text(/keep no contents/) });
    } finally {
      await service.emulator.close();
    }
  });

  test('containers are held, and said not to run', async () => {
    await withService('no-such-python', async ({ regional }) => {
      await regional.call('POST', '/models', { name: 'fraud' });
      await regional.deploy('v1', {
        framework: undefined,
        runtimeVersion: undefined,
        pythonVersion: undefined,
        machineType: 'n1-standard-2',
        container: { image: 'europe-west1-docker.pkg.dev/acme/r/i' },
      });
      const answer = await regional.call('POST', predict, { instances: [[1]] });
      expect(answer.body.error).toMatchObject({
        code: 501,
        message: text(/it does not run containers/),
      });
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

  test('predictions are passed on; it was given the stored files, and they outlive their objects', async () => {
    const python = await program(
      `end(0, { predictions: [request, commandLine.slice(1), readdirSync(commandLine[2])] });`,
    );
    await withService(python, async ({ emulator, global }) => {
      const path = encodeURIComponent('svc/model.pkl');
      await fetch(`${emulator.origin}/storage/v1/b/models/o/${path}`, { method: 'DELETE' });
      const answer = await global.call('POST', predict, { signature_name: 's', instances: [[1]] });
      expect(answer).toEqual({
        status: 200,
        body: {
          predictions: [
            { instances: [[1]] },
            [
              ...['--model-directory', text(/./)],
              ...['--framework', 'scikit-learn'],
              ...['--signature-name', 's'],
            ],
            ['model.pkl'],
          ],
        },
      });
      const version = await global.call('GET', '/models/fraud/versions/v1');
      expect(version.body.lastUseTime).toMatch(/Z$/);
    });
  });

  test('an error of the model is a text, not a Status', async () => {
    const python = await program(`end(1, { error: 'Invalid inputs: no (Error code: 1)' });`);
    await withService(python, async ({ global }) => {
      const answer = await global.call('POST', predict, { instances: [] });
      expect(answer.body).toEqual({
        error: 'Prediction failed: Invalid inputs: no (Error code: 1)',
      });
    });
  });

  test('a framework that is not installed is named, with the command that installs it', async () => {
    const python = await program(`end(3, { missing: 'sklearn', reason: 'No module' });`);
    await withService(python, async ({ global }) => {
      const answer = await global.call('POST', predict, { instances: [] });
      expect(answer.status).toBe(501);
      expect(answer.body.error?.message).toMatch(
        /the module sklearn is not installed .* -m pip install scikit-learn\)/,
      );
    });
  });

  test('a Python that breaks down is an error of the emulator, with its last words', async () => {
    const python = await program(`console.error('Segmentation fault'); end(139, {});`);
    await withService(python, async ({ global }) => {
      const answer = await global.call('POST', predict, { instances: [] });
      expect(answer.status).toBe(500);
      expect(answer.body.error?.message).toMatch(/exit status 139\. Segmentation fault/);
    });
  });
});

describe('real predictions', () => {
  const found = spawnSync(
    'python3',
    [
      '-c',
      `from importlib.util import find_spec
# XGBoost 3 no longer reads the binary form.
def usable(name):
    return find_spec(name) and (name != 'xgboost' or __import__(name).__version__ < '3')
print(*filter(usable, ['tensorflow', 'sklearn', 'xgboost']))`,
    ],
    { encoding: 'utf8' },
  );
  const modules = found.status === 0 ? found.stdout.trim().split(' ') : [];

  for (const [module, framework, directory, proof] of [
    ['tensorflow', 'TENSORFLOW', 'tensorflow/export/1700000000', 'tensorflow'],
    ['sklearn', 'SCIKIT_LEARN', 'scikit-learn', 'scikit-learn'],
    ['xgboost', 'XGBOOST', 'xgboost', 'xgboost'],
  ] as const) {
    const installed = modules.includes(module);
    const reason = installed ? '' : ` (skipped: python3 has no ${module} that reads it)`;
    (installed ? test : test.skip)(
      `of a ${framework} model are those that it gave when it was trained${reason}`,
      async () => {
        const read = async (file: string): Promise<unknown> =>
          JSON.parse(await readFile(join(examples, 'proof', proof, file), 'utf8')) as unknown;
        await withService('python3', async (service) => {
          await service.putDirectory('real/', join(examples, directory));
          const { global } = service;
          await global.deploy('v2', { deploymentUri: 'gs://models/real/', framework });
          const path = '/models/fraud/versions/v2:predict';
          const answer = await global.call('POST', path, await read('instances.json'));
          expect(rounded(answer.body)).toEqual(rounded(await read('predictions.json')));
        });
      },
      60_000,
    );
  }

  /** Numbers to six digits: processors differ in the last ones. */
  function rounded(value: unknown): unknown {
    return JSON.parse(JSON.stringify(value), (_, part: unknown) =>
      typeof part === 'number' ? Number(part.toPrecision(6)) : part,
    );
  }
});
