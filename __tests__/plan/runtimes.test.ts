import { findRuntime, nearestRuntimes, runtimeFor, runtimes } from '../../src/plan/runtimes.ts';
import type { Framework } from '../../src/request/deploy-request.ts';

describe('runtimeFor', () => {
  test.each<[Framework, string, string]>([
    ['TENSORFLOW', '2.11.0', '2.11'],
    ['TENSORFLOW', '2.11.1', '2.11'],
    ['TENSORFLOW', '2.1.0', '2.1'],
    ['TENSORFLOW', '2.10.0-rc1', '2.10'],
    ['TENSORFLOW', '2.0.0', '1.15'],
    ['TENSORFLOW', '1.15.5', '1.15'],
    ['TENSORFLOW', '1.13.2', '1.13'],
    ['SCIKIT_LEARN', '1.0.2', '2.11'],
    ['SCIKIT_LEARN', '1.0', '2.11'],
    ['SCIKIT_LEARN', '0.24.2', '2.6'],
    ['SCIKIT_LEARN', '0.20.0', '1.15'],
    ['XGBOOST', '1.6.2', '2.11'],
    ['XGBOOST', '1.5.0', '2.8'],
    ['XGBOOST', '0.90', '2.1'],
    ['XGBOOST', '0.81', '1.13'],
  ])('%s %s is served by runtime %s without a warning', (framework, version, expected) => {
    expect(runtimeFor(framework, version)).toEqual({ version: expected });
  });

  test.each<[Framework, string, string, string]>([
    ['TENSORFLOW', '2.15.0', '2.11', 'TensorFlow 2.11.0'],
    ['TENSORFLOW', '1.4.0', '1.13', 'TensorFlow 1.13.1'],
    ['SCIKIT_LEARN', '1.5.1', '2.11', 'scikit-learn 1.0.2'],
    ['SCIKIT_LEARN', '0.21.3', '1.15', 'scikit-learn 0.20.4'],
    ['SCIKIT_LEARN', '0.19.1', '1.13', 'scikit-learn 0.20.2'],
    ['XGBOOST', '2.0.3', '2.11', 'XGBoost 1.6.2'],
    ['XGBOOST', '1.0.0', '2.1', 'XGBoost 0.90'],
  ])('%s %s is warned of and goes to runtime %s', (framework, version, expected, held) => {
    const choice = runtimeFor(framework, version);
    expect(choice.version).toBe(expected);
    expect(choice.warning).toContain(version);
    expect(choice.warning).toContain(held);
  });

  test('an unknown version of a framework goes to the newest runtime with a warning', () => {
    for (const version of [undefined, '', 'nightly']) {
      const choice = runtimeFor('XGBOOST', version);
      expect(choice.version).toBe('2.11');
      expect(choice.warning).toMatch(/does not tell its version of XGBoost.*runtime_version/);
    }
  });

  test('an unknown framework goes to the newest runtime with a warning', () => {
    const choice = runtimeFor(undefined, '1.0');
    expect(choice.version).toBe('2.11');
    expect(choice.warning).toContain('No framework');
  });

  test('every version that a runtime holds finds a runtime with the same minor', () => {
    for (const runtime of runtimes) {
      for (const framework of ['TENSORFLOW', 'SCIKIT_LEARN', 'XGBOOST'] as const) {
        const choice = runtimeFor(framework, runtime[framework]);
        const minor = (version: string) => version.split('.').slice(0, 2).join('.');
        expect(choice.warning).toBeUndefined();
        expect(minor(findRuntime(choice.version)?.[framework] ?? '')).toBe(
          minor(runtime[framework]),
        );
      }
    }
  });
});

test('runtimes are found by their exact name', () => {
  expect(findRuntime('2.7')).toMatchObject({ TENSORFLOW: '2.7.0', python: ['3.7'] });
  expect(findRuntime('2.70')).toBeUndefined();
});

test('the nearest runtimes are those of the same generation first', () => {
  expect(nearestRuntimes('2.0')).toEqual(['2.1', '2.2', '2.3']);
  expect(nearestRuntimes('1.20')).toEqual(['1.15', '1.14', '1.13']);
  expect(nearestRuntimes('9.9')).toEqual(['2.11', '2.10', '2.9']);
  expect(nearestRuntimes('latest')).toEqual(['2.11', '2.10', '2.9']);
});
