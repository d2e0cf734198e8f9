import { accelerator } from './accelerator.ts';
import { destination, pathOrUri } from './cloud-storage-uri.ts';
import type { Framework, PlatformName } from './deploy-request.ts';
import { duration } from './duration.ts';
import { labels } from './labels.ts';
import { listOf } from './list.ts';
import { majorMinor } from './major-minor.ts';
import { metricTargets } from './metric-targets.ts';
import { operationToResume } from './operation-name.ts';
import { endpointName, modelName, trafficPercent, versionName } from './platform-names.ts';
import { Problem } from './problem.ts';
import { projectId } from './project.ts';
import { endpointRegion, region } from './region.ts';
import { flag, matching, oneOf, text, wholeNumber } from './scalar.ts';

type Parse<Value> = (given: string, platform: PlatformName, resumes?: boolean) => Value;

/** How one input is read. */
export interface Input<Value> {
  /**
   * Turns trimmed, non-empty text into a value, by the rules of the platform, and of a wait that is resumed
   * (`operation`); throws `Problem`.
   */
  readonly parse: Parse<Value>;
  /** The value when the input is absent or at fault. */
  readonly absent: Value;
  /** Default text, as in `action.yml`; empty where there is none or it is derived. */
  readonly default: string;
  /** `source` is not when `operation` resumes a wait. */
  readonly required: boolean;
}

const MOST_NODES = 1000;
/** Versions in a project (AI Platform, quotas). */
const MOST_VERSIONS = 200;

/** Every input of `action.yml`, in its order. What else knows the inputs derives from this table. */
export const inputs = {
  model: required(modelName),
  source: required(pathOrUri),
  version: optional(versionName),
  framework: optional(framework),
  package_files: optional(listOf(packageFile)),
  prediction_class: optional(
    matching(
      /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/,
      'must be module.Class, both Python names, such as predictor.FraudPredictor.',
    ),
  ),

  platform: withDefault(oneOf('ai-platform', 'vertex-ai'), 'ai-platform'),
  project_id: optional((given) => projectId(given)),
  region: withDefault(endpointRegion, 'us-central1'),
  model_region: withDefault(region, 'us-central1'),
  bucket: optional(destination),
  create_bucket: withDefault(flag, 'false'),
  endpoint: optional(endpointName),

  runtime_version: optional(majorMinor('2.11')),
  python_version: optional(majorMinor('3.7')),
  machine_type: optional(
    matching(
      /^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/,
      'must be the name of a machine type in lower case, such as n1-standard-2 or mls1-c1-m2.',
    ),
  ),
  accelerator: optional(accelerator),
  nodes: optional(wholeNumber(1, MOST_NODES)),
  min_nodes: optional(wholeNumber(0, MOST_NODES)),
  max_nodes: optional(wholeNumber(1, MOST_NODES)),
  metric_targets: optional(metricTargets),
  image: optional(
    matching(
      /^[a-z0-9.-]+(?::\d{1,5})?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+(?::\w[\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/,
      'must name a container image with its registry, such as us-central1-docker.pkg.dev/my-project/models/fraud:1.0, or with @sha256: and its digest.',
    ),
  ),
  service_account: optional(
    matching(
      /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?@(?:[a-z0-9-]+\.)+gserviceaccount\.com$/,
      'must be the e-mail address of a service account, such as predictor@my-project.iam.gserviceaccount.com.',
    ),
  ),
  logging: withDefault(oneOf('none', 'access', 'console', 'all'), 'none'),
  description: optional(text),
  labels: optional(labels),
  version_config: optional(text),
  traffic: withDefault(trafficPercent, '100'),

  promote: withDefault(flag, 'true'),
  if_version_exists: withDefault(oneOf('fail', 'reuse', 'replace'), 'fail'),
  keep_versions: optional(wholeNumber(1, MOST_VERSIONS)),
  wait: withDefault(flag, 'true'),
  timeout: withDefault(duration, '60m'),
  operation: optional(operationToResume),
  dry_run: withDefault(flag, 'false'),

  test_instances: optional(text),
  expected_predictions: optional(text),
  tolerance: withDefault(tolerance, '0.000001'),
  local_predict: withDefault(flag, 'false'),
  signature_name: optional(text),
  allow_unsafe_pickle: withDefault(flag, 'false'),

  comment: withDefault(oneOf('auto', 'never'), 'auto'),
  github_token: { ...optional(text), default: '${{ github.token }}' },
  summary: withDefault(flag, 'true'),
} as const satisfies Readonly<Record<string, Input<unknown>>>;

/** Name of an input, as in `action.yml`. */
export type InputName = keyof typeof inputs;

/** What each input came to, by its name. */
export type InputValues = {
  readonly [Name in InputName]: (typeof inputs)[Name] extends Input<infer Value> ? Value : never;
};

/** The names of all inputs, in the order of `action.yml`. */
export const inputNames = Object.keys(inputs) as readonly InputName[];

function required<Value>(parse: Parse<Value>): Input<Value | undefined> {
  return { parse, absent: undefined, default: '', required: true };
}

function optional<Value>(parse: Parse<Value>): Input<Value | undefined> {
  return { parse, absent: undefined, default: '', required: false };
}

function withDefault<Value>(parse: Parse<Value>, standard: string): Input<Value> {
  return {
    parse,
    absent: parse(standard, 'ai-platform'),
    default: standard,
    required: false,
  };
}

function framework(given: string): Framework {
  const name = given.replaceAll('-', '_').toUpperCase();
  if (name === 'TENSORFLOW' || name === 'SCIKIT_LEARN' || name === 'XGBOOST') return name;
  throw new Problem(
    'must be tensorflow, scikit-learn or xgboost, or as the API spells them: TENSORFLOW, SCIKIT_LEARN, XGBOOST.',
  );
}

function tolerance(given: string): number {
  const value = /^(?:\d+(?:\.\d+)?|\.\d+)(?:e-?\d{1,3})?$/i.test(given) ? Number(given) : NaN;
  if (value >= 0 && value < Infinity) return value;
  throw new Problem('must be a decimal number of at least 0, such as 0.001 or 1e-6.');
}

function packageFile(given: string): string {
  if (given.endsWith('.tar.gz')) return pathOrUri(given);
  throw new Problem(
    'must list source distributions that end in .tar.gz, as paths or gs:// URIs, one a line or comma-separated.',
  );
}
