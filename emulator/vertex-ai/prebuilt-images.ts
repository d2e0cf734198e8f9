/** What a prebuilt serving image holds. */
export interface PrebuiltImage {
  /** `sklearn-cpu.1-6` */
  readonly name: string;
  readonly framework: 'tensorflow' | 'scikit-learn' | 'xgboost' | 'pytorch';
  /** Major and minor version of the framework: `1.6`; `nightly` for one image. */
  readonly version: string;
}

/** `2-1` to `2-15`, and the like. */
function minors(major: number, first: number, last: number): readonly string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `${major}-${first + index}`);
}

const tensorflow = minors(2, 1, 15);
const optimized = minors(2, 8, 17);
const pytorch = [...minors(1, 11, 13), ...minors(2, 0, 4)];
const scikitLearn = ['0-20', '0-22', '0-23', '0-24', '1-0', ...minors(1, 2, 6)];
const xgboost = ['0-82', '0-90', ...minors(1, 1, 7), ...minors(2, 0, 1)];

/** Versions by repository and name (framework-matrix.json, `vertex_prebuilt_containers`). */
const versions: Readonly<Record<string, readonly string[]>> = {
  'vertex-ai/prediction/tf2-cpu': tensorflow,
  'vertex-ai/prediction/tf2-gpu': tensorflow,
  'vertex-ai/prediction/tf-cpu': ['1-15'],
  'vertex-ai/prediction/tf-gpu': ['1-15'],
  'vertex-ai/prediction/sklearn-cpu': scikitLearn,
  'vertex-ai/prediction/xgboost-cpu': xgboost,
  'vertex-ai/prediction/pytorch-cpu': pytorch,
  'vertex-ai/prediction/pytorch-gpu': pytorch,
  'vertex-ai/prediction/pytorch-tpu': minors(2, 1, 4),
  'vertex-ai-restricted/prediction/tf_opt-cpu': [...optimized, 'nightly'],
  'vertex-ai-restricted/prediction/tf_opt-gpu': [...optimized, 'nightly'],
  'vertex-ai-restricted/prediction/tf_opt-tpu': ['2-15', '2-16', '2-17', 'nightly'],
};

const frameworks: Readonly<Record<string, PrebuiltImage['framework']>> = {
  tf: 'tensorflow',
  tf2: 'tensorflow',
  tf_opt: 'tensorflow',
  sklearn: 'scikit-learn',
  xgboost: 'xgboost',
  pytorch: 'pytorch',
};

/** Names that the model file in the artifact directory must have (vertex-ai-v1.md, sections 5 and 11). */
export const modelFileNames: Readonly<Record<PrebuiltImage['framework'], readonly string[]>> = {
  tensorflow: ['saved_model.pb'],
  'scikit-learn': ['model.pkl', 'model.joblib'],
  xgboost: ['model.bst', 'model.joblib'],
  pytorch: ['model.mar'],
};

/**
 * What an image URI means: a prebuilt image; `custom` for one out of another repository; `unknown` for
 * one that Google's repository of prebuilt images does not have.
 */
export function readImage(imageUri: string): PrebuiltImage | 'custom' | 'unknown' {
  const match =
    /^[a-z0-9-]+\.pkg\.dev\/(vertex-ai(?:-restricted)?\/prediction\/)([^.:@]*)(?:\.([^:@]*))?(.*)$/.exec(
      imageUri,
    );
  if (match === null) return 'custom';
  const [, repository = '', name = '', version = '', tag] = match;
  const framework = frameworks[name.replace(/-[a-z]+$/, '')];
  const isThere =
    /^(?:us|europe|asia)-docker\./.test(imageUri) &&
    tag === ':latest' &&
    (versions[`${repository}${name}`]?.includes(version) ?? false);
  if (framework === undefined || !isThere) return 'unknown';
  return { name: `${name}.${version}`, framework, version: version.replace('-', '.') };
}
