/** One step of a workflow that the demo runs. */
export interface Scene {
  readonly title: string;
  /** What happened before, and what to look at. */
  readonly story: string;
  readonly with: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether predictions are asked for. */
  readonly isProven?: boolean;
  /** The output `status` that it ends with. */
  readonly status: string;
}

const boosted = {
  platform: 'vertex-ai',
  model: 'iris',
  source: 'examples/models/xgboost-json/iris.bst',
  test_instances: 'examples/models/proof/xgboost-json/instances.json',
  expected_predictions: 'examples/models/proof/xgboost-json/predictions.json',
};

/** What GitHub's runner tells of a pushed tag. */
function tag(name: string): Readonly<Record<string, string>> {
  return { GITHUB_REF: `refs/tags/${name}`, GITHUB_REF_NAME: name, GITHUB_REF_TYPE: 'tag' };
}

/** In the order in which they are played, on one local Google Cloud. */
export const scenes: readonly Scene[] = [
  {
    title: 'The plan',
    story: `A pull request changes the model. \`dry_run\` finds and checks it, looks what is there, says
what would happen, and changes nothing.`,
    with: { ...boosted, dry_run: 'true' },
    status: 'planned',
  },
  {
    title: 'A deploy that proves itself',
    story: `The tag v1.0.0 is pushed. The new version is asked what five flowers are; it answers as the
framework did when it was trained, so it may serve.`,
    with: boosted,
    env: tag('v1.0.0'),
    isProven: true,
    status: 'deployed',
  },
  {
    title: 'A deploy that does not, and is rolled back',
    story: `The tag v1.1.0 is pushed. Its users expect classes, 0 or 1, but what was exported answers
probabilities. The step fails, version 1 serves on, and the new version is gone.`,
    with: { ...boosted, expected_predictions: '[0, 0, 1, 1, 1]' },
    env: tag('v1.1.0'),
    isProven: true,
    status: 'rolled-back',
  },
  {
    title: 'A canary',
    story: `The tag v1.2.0 is pushed, with the right expectation again. The new version is proven on an
endpoint of its own, gets 10 % of the traffic, and version 1 keeps the rest.`,
    with: { ...boosted, traffic: '10' },
    env: tag('v1.2.0'),
    isProven: true,
    status: 'deployed',
  },
  {
    title: 'A SavedModel, straight from training',
    story: `A training job left two exports of TensorFlow and one that it did not finish. The newest
complete one is deployed; its signatures are read without TensorFlow.`,
    with: {
      platform: 'vertex-ai',
      model: 'iris_softmax',
      source: 'examples/models/tensorflow/export',
    },
    status: 'deployed',
  },
  {
    title: 'AI Platform, the predecessor',
    story: `Google closed this service in January 2025; here it still runs. A scikit-learn pipeline in one
file; without \`platform: vertex-ai\` it goes there.`,
    with: { model: 'iris_pipeline', source: 'examples/models/scikit-learn/model.joblib' },
    status: 'deployed',
  },
  {
    title: 'Mistakes',
    story: 'Three at once: all of them are told in one message, and nothing was created.',
    with: {
      platform: 'vertex-ai',
      model: 'iris',
      source: 'examples/models/xgboost',
      traffic: '150',
      min_nodes: '3',
      max_nodes: '1',
      machine_type: 'n1-standard-3',
    },
    status: 'failed',
  },
];
