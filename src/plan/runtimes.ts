import type { Framework } from '../request/deploy-request.ts';
import { compareMinor, minorOf } from './minor-version.ts';

/** A runtime of AI Platform Prediction. Minor versions are certain, patch levels partly from memory. */
export interface Runtime {
  /** `major.minor`; the number is that of its TensorFlow. */
  readonly version: string;
  readonly TENSORFLOW: string;
  readonly SCIKIT_LEARN: string;
  readonly XGBOOST: string;
  /** Python versions, newest first. */
  readonly python: readonly string[];
}

const newest = runtime('2.11', '2.11.0', '1.0.2', '1.6.2', ['3.7']);
const oldest = runtime('1.13', '1.13.1', '0.20.2', '0.81', ['3.5', '2.7']);

/**
 * Every runtime that versions can be created with, newest first; 1.12 and older were closed in
 * January 2020.
 * Source: AI Platform Prediction, "Runtime version list", "Managing runtime versions" and release
 * notes; Python from the documentation of `Version.pythonVersion` (ml v1).
 */
export const runtimes: readonly Runtime[] = [
  newest,
  runtime('2.10', '2.10.0', '1.0.2', '1.6.2', ['3.7']),
  runtime('2.9', '2.9.1', '1.0.2', '1.6.1', ['3.7']),
  runtime('2.8', '2.8.0', '1.0.2', '1.5.2', ['3.7']),
  runtime('2.7', '2.7.0', '1.0', '1.5.0', ['3.7']),
  runtime('2.6', '2.6.0', '0.24.2', '1.4.2', ['3.7']),
  runtime('2.5', '2.5.1', '0.24.1', '1.4.0', ['3.7']),
  runtime('2.4', '2.4.1', '0.24.0', '1.3.1', ['3.7']),
  runtime('2.3', '2.3.1', '0.23.2', '1.2.0', ['3.7']),
  runtime('2.2', '2.2.0', '0.23.1', '1.1.1', ['3.7']),
  runtime('2.1', '2.1.0', '0.22.1', '0.90', ['3.7']),
  runtime('1.15', '1.15.0', '0.20.4', '0.90', ['3.7', '2.7']),
  runtime('1.14', '1.14.0', '0.20.3', '0.82', ['3.5', '2.7']),
  oldest,
];

/** How people write the frameworks. */
export const frameworkTitles: Readonly<Record<Framework, string>> = {
  TENSORFLOW: 'TensorFlow',
  SCIKIT_LEARN: 'scikit-learn',
  XGBOOST: 'XGBoost',
};

/** A runtime that was chosen for an artifact, and what is doubtful about the choice. */
export interface RuntimeChoice {
  readonly version: string;
  /** A sentence for a warning annotation. */
  readonly warning?: string;
}

/** The runtime of exactly this version, if there is one. */
export function findRuntime(version: string): Runtime | undefined {
  return runtimes.find((candidate) => candidate.version === version);
}

/**
 * The runtime for a model of this framework and version: the newest that holds the same minor
 * version, else the newest that holds no newer one, else the oldest. TensorFlow 2.0 has no runtime
 * and is served by 1.15 (as TFX does). Any other choice that is not exact has a warning.
 */
export function runtimeFor(
  framework: Framework | undefined,
  frameworkVersion: string | undefined,
): RuntimeChoice {
  if (framework === undefined) return newestBecause('No framework tells which runtime is needed');
  const title = frameworkTitles[framework];
  const wanted = minorOf(frameworkVersion ?? '');
  if (frameworkVersion === undefined || wanted === undefined) {
    return newestBecause(`The model does not tell its version of ${title}`);
  }
  if (framework === 'TENSORFLOW' && compareMinor(wanted, [2, 0]) === 0) return { version: '1.15' };

  const order = (held: Runtime): number => compareMinor(minorOf(held[framework]), wanted);
  const nearest = runtimes.find((held) => order(held) <= 0) ?? oldest;
  if (order(nearest) === 0) return { version: nearest.version };
  return {
    version: nearest.version,
    warning: `The model was made with ${title} ${frameworkVersion}, which no runtime holds. Runtime ${nearest.version} with ${title} ${nearest[framework]} is the nearest, and may not be able to load it.`,
  };
}

/** The three runtimes to offer instead of one that does not exist, nearest first; else the newest. */
export function nearestRuntimes(version: string): readonly string[] {
  const wanted = minorOf(version);
  const distance = (candidate: Runtime): number => {
    const found = minorOf(candidate.version);
    if (wanted === undefined || found === undefined) return 0;
    return Math.abs((found[0] - wanted[0]) * 1000 + found[1] - wanted[1]);
  };
  return runtimes
    .toSorted((left, right) => distance(left) - distance(right))
    .slice(0, 3)
    .map((candidate) => candidate.version);
}

function newestBecause(reason: string): RuntimeChoice {
  return {
    version: newest.version,
    warning: `${reason}, so the newest runtime, ${newest.version}, is used. Set \`runtime_version\` to choose another.`,
  };
}

function runtime(
  version: string,
  TENSORFLOW: string,
  SCIKIT_LEARN: string,
  XGBOOST: string,
  python: readonly string[],
): Runtime {
  return { version, TENSORFLOW, SCIKIT_LEARN, XGBOOST, python };
}
