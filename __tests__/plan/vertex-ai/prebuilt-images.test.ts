import { readImage } from '../../../emulator/vertex-ai/prebuilt-images.ts';
import { chooseImage, prebuiltFramework } from '../../../src/plan/vertex-ai/prebuilt-images.ts';
import type { ImageNeeds } from '../../../src/plan/vertex-ai/prebuilt-images.ts';
import type { Framework } from '../../../src/request/deploy-request.ts';

const early2026 = new Date('2026-02-01T12:00:00Z');

function choose(
  framework: Framework,
  frameworkVersion: string | undefined,
  more: Partial<ImageNeeds> = {},
): { uri: string; version: string; warnings: readonly string[] } {
  const needs = { framework, frameworkVersion, accelerator: false, region: 'us-central1' };
  const choice = chooseImage({ ...needs, today: early2026, ...more });
  if ('problem' in choice) throw new Error(choice.problem);
  return choice;
}

test.each<[Framework, string, string]>([
  ['SCIKIT_LEARN', '1.6.1', 'sklearn-cpu.1-6'],
  ['SCIKIT_LEARN', '1.5.2', 'sklearn-cpu.1-5'],
  ['SCIKIT_LEARN', '0.24.2', 'sklearn-cpu.0-24'],
  ['SCIKIT_LEARN', '1.0', 'sklearn-cpu.1-0'],
  ['TENSORFLOW', '2.15.0', 'tf2-cpu.2-15'],
  ['TENSORFLOW', '2.14.1', 'tf2-cpu.2-14'],
  ['TENSORFLOW', '2.11.0', 'tf2-cpu.2-14'],
  ['TENSORFLOW', '2.2.0', 'tf2-cpu.2-14'],
  ['XGBOOST', '2.1.1', 'xgboost-cpu.2-1'],
  ['XGBOOST', '1.7.6', 'xgboost-cpu.2-0'],
  ['XGBOOST', '0.90', 'xgboost-cpu.2-0'],
])('%s %s is served by %s', (framework, version, name) => {
  expect(choose(framework, version).uri).toBe(
    `us-docker.pkg.dev/vertex-ai/prediction/${name}:latest`,
  );
});

test('minor versions are numbers, not text', () => {
  const today = new Date('2023-01-01T00:00:00Z');
  expect(choose('TENSORFLOW', '2.9.1', { today }).version).toBe('2.9');
  expect(choose('TENSORFLOW', '2.10.0', { today }).version).toBe('2.10');
  expect(choose('XGBOOST', '0.85', { today }).version).toBe('0.90');
});

test('TensorFlow runs with a GPU where one is asked for, and its first major version has another name', () => {
  const today = new Date('2023-01-01T00:00:00Z');
  expect(choose('TENSORFLOW', '2.15', { accelerator: true }).uri).toContain('tf2-gpu.2-15:');
  expect(choose('TENSORFLOW', '1.15.5', { today }).uri).toContain('/tf-cpu.1-15:');
  expect(choose('TENSORFLOW', '1.15.5', { today, accelerator: true }).uri).toContain(
    '/tf-gpu.1-15:',
  );
  expect(choose('XGBOOST', '2.1', { accelerator: true }).uri).toContain('xgboost-cpu.2-1:');
});

test.each([
  ['us-east4', 'us'],
  ['northamerica-northeast1', 'us'],
  ['southamerica-west1', 'us'],
  ['europe-west12', 'europe'],
  ['africa-south1', 'europe'],
  ['me-central1', 'europe'],
  ['asia-northeast3', 'asia'],
  ['australia-southeast2', 'asia'],
  ['newland-north1', 'us'],
])('in %s it is fetched from %s', (region, host) => {
  expect(choose('XGBOOST', '2.1', { region }).uri.split('-docker')[0]).toBe(host);
});

describe('warnings', () => {
  const on = (day: string, framework: Framework = 'SCIKIT_LEARN', version = '1.6.0') =>
    choose(framework, version, { today: new Date(`${day}T23:00:00Z`) }).warnings;

  test('there are none while support lasts for more than 90 days', () => {
    expect(on('2026-07-15')).toEqual([]);
  });

  test.each(['2026-07-16', '2026-10-14'])('on %s support ends soon', (day) => {
    expect(on(day)).toEqual([
      'Support of the container with scikit-learn 1.6 ends on 2026-10-14; it is available until 2027-10-14.',
    ]);
  });

  test.each(['2026-10-15', '2027-10-14'])('on %s support is over', (day) => {
    expect(on(day)).toEqual([
      'Support of the container with scikit-learn 1.6 ended on 2026-10-14: it gets no more fixes, and is available until 2027-10-14.',
    ]);
  });

  test('an exact version that is not available any more is used all the same, and said loudly', () => {
    expect(on('2026-08-22', 'SCIKIT_LEARN', '1.0.2')).toEqual([
      'The availability of the container with scikit-learn 1.0 ended on 2024-11-15, and the service may refuse it. Train and save the model again with scikit-learn 1.6 or 1.5 or 1.4, or serve it from a container of your own (`image`).',
    ]);
  });

  test('when nothing that is not older is available, the oldest of them is used, and said loudly', () => {
    const choice = choose('TENSORFLOW', '2.11.0', { today: new Date('2028-01-01T00:00:00Z') });
    expect(choice.version).toBe('2.11');
    expect(choice.warnings).toEqual([
      'The availability of the container with TensorFlow 2.11 ended on 2024-11-15, and the service may refuse it. Serve the model from a container of your own (`image`).',
    ]);
  });

  test('a version that nobody tells is the newest, and said', () => {
    const choice = choose('XGBOOST', undefined);
    expect(choice.version).toBe('2.1');
    expect(choice.warnings).toEqual([
      'The model does not tell its version of XGBoost, so the newest container, with 2.1, is used. Set `runtime_version` to choose another.',
    ]);
  });

  test('a container of another major version is said', () => {
    expect(on('2025-11-01', 'TENSORFLOW', '1.15.0').join()).toContain(
      'The model was made with TensorFlow 1.15.0, and the nearest container that is available holds TensorFlow 2.13.',
    );
  });
});

describe('no fit', () => {
  const problem = (framework: Framework, frameworkVersion: string, today = early2026): string => {
    const choice = chooseImage({
      framework,
      frameworkVersion,
      accelerator: false,
      region: 'us-central1',
      today,
    });
    return 'problem' in choice ? choice.problem : '';
  };

  test.each<[Framework, string, string]>([
    ['SCIKIT_LEARN', '1.1.3', 'needs scikit-learn 1.1,'],
    [
      'SCIKIT_LEARN',
      '1.7.0',
      'available hold 1.6 (until 2027-10-14), 1.5 (until 2027-01-14), 1.4 (',
    ],
    [
      'TENSORFLOW',
      '2.18.0',
      'available hold 2.15 (until 2027-01-14), 2.14 (until 2027-01-14); train',
    ],
    ['TENSORFLOW', '9.9', 'available hold 2.15 (until 2027-01-14), 2.14 (until 2027-01-14); train'],
    ['XGBOOST', '3.0.0', 'available hold 2.1 (until 2027-01-14), 2.0 (until 2027-01-14); train'],
  ])('%s %s has none, and the nearest are named', (framework, version, text) => {
    expect(problem(framework, version)).toContain(text);
  });

  test('what has ended is not offered, on no day', () => {
    expect(problem('SCIKIT_LEARN', '1.1.3', new Date('2027-02-01'))).toContain(
      'available hold 1.6 (until 2027-10-14); train',
    );
    expect(problem('XGBOOST', '3.0', new Date('2027-02-01'))).toContain(
      'and none of XGBoost is available any longer; serve it from a container of your own',
    );
    expect(problem('SCIKIT_LEARN', '1.1.3', new Date(0))).not.toContain('2025');
  });
});

test('every container that is ever chosen is one that there is', () => {
  const versions = ['0', '1', '2'].flatMap((major) =>
    Array.from({ length: 100 }, (_, minor) => `${major}.${minor}`),
  );
  const seen = new Set<string>();
  for (const framework of ['TENSORFLOW', 'SCIKIT_LEARN', 'XGBOOST'] as const) {
    for (const frameworkVersion of versions) {
      for (const accelerator of [true, false]) {
        const today = new Date(0);
        const needs = { framework, frameworkVersion, accelerator, region: 'asia-east1', today };
        const choice = chooseImage(needs);
        if ('uri' in choice) seen.add(choice.uri);
      }
    }
  }
  const found = [...seen].map(readImage);
  expect(found).not.toContain('unknown');
  expect(found).not.toContain('custom');
  expect(seen.size).toBe(16 * 2 + 10 + 11);
});

test.each([
  ['us-docker.pkg.dev/vertex-ai/prediction/sklearn-cpu.1-6:latest', 'SCIKIT_LEARN'],
  ['asia-docker.pkg.dev/vertex-ai/prediction/tf2-gpu.2-15:latest', 'TENSORFLOW'],
  ['us-docker.pkg.dev/vertex-ai/prediction/pytorch-gpu.2-4:latest', undefined],
  ['us-central1-docker.pkg.dev/acme/models/sklearn-cpu.1-6:latest', undefined],
])('the image %s is of %s', (uri, framework) => {
  expect(prebuiltFramework(uri)).toBe(framework);
});
