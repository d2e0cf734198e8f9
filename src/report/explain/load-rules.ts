import { findRuntime, frameworkTitles } from '../../plan/runtimes.ts';
import { describeVersionCommand } from '../gcloud.ts';
import type { Found, Rule } from './rule.ts';

const code = 'model-load';

function runtime({ plan, request }: Found): string {
  const version = plan?.runtimeVersion ?? request?.runtimeVersion;
  return version === undefined ? 'the chosen runtime' : `runtime ${version}`;
}

/** How to bring the versions of training and serving together. */
function sameVersion({ plan }: Found): string {
  const held = findRuntime(plan?.runtimeVersion ?? '');
  const version = plan?.framework === undefined ? undefined : held?.[plan.framework];
  const other =
    'set `runtime_version` to the runtime that holds the version the model was trained with';
  return held === undefined || plan?.framework === undefined || version === undefined
    ? `Train it again with the versions of the runtime, or ${other}.`
    : `Runtime ${held.version} holds ${frameworkTitles[plan.framework]} ${version}: train with that, or ${other}.`;
}

/**
 * A model that arrived and could not be loaded: the texts of AI Platform's prediction library behind
 * `Create Version failed. Bad model detected with error:`, and those of Python and TensorFlow inside them
 * (ai-platform-v1.md §7). Most specific first.
 */
export const loadRules: readonly Rule[] = [
  {
    id: 'package-install-failed',
    code,
    when: [{ text: /User-provided package (?<package>\S+) failed to install/ }],
    what: ({ part }) => `The package ${part('package')} could not be installed on the nodes.`,
    next: (found) =>
      `Install it as the node does: \`pip install ${found.part('package')}\` with the Python of ${runtime(found)}. Often it or one of its dependencies needs a newer Python, or more than fits into the machine.`,
  },
  {
    id: 'pickle-protocol',
    code,
    when: [{ text: /unsupported pickle protocol(?:: ?(?<protocol>\d+))?/ }],
    what: (found) =>
      `The model was written with ${found.part('protocol') === '' ? 'a pickle protocol' : `pickle protocol ${found.part('protocol')}`} that the Python of ${runtime(found)} cannot read.`,
    next: () =>
      'Write it with `joblib.dump(model, "model.joblib", protocol=4)` or `pickle.dump(model, file, protocol=4)`: Python 3.7 reads up to 4, Python 2.7 up to 2. Or set `python_version` to the Python that wrote it.',
  },
  {
    id: 'framework-module-missing',
    code,
    when: [{ text: /No module named '?"?(?<module>(?:sklearn|xgboost|numpy|scipy|joblib)[\w.]*)/ }],
    what: (found) =>
      `The model refers to the module ${found.part('module')}, which ${runtime(found)} does not have.`,
    why: ({ told }) => `Modules inside a framework move from version to version. ${told.text}`,
    next: sameVersion,
  },
  {
    id: 'module-missing',
    code,
    when: [{ text: /No module named '?"?(?<module>\w[\w.]*)/ }],
    what: ({ part }) =>
      `The model refers to the Python module ${part('module')}, which the nodes do not have.`,
    next: ({ part }) =>
      `Put ${part('module')} into a source distribution and give it in \`package_files\`, or train without it.`,
  },
  {
    id: 'attribute-missing',
    code,
    when: [
      { text: /Can't get attribute '(?<attribute>[^']+)' on <module '(?<module>[^']+)'/ },
      { text: /has no attribute '(?<attribute>[^']+)'/ },
    ],
    what: ({ part }) =>
      part('module') === '__main__'
        ? `The model refers to ${part('attribute')}, which was defined in the training script itself.`
        : `The model refers to ${part('attribute')}, which the nodes do not have.`,
    next: (found) =>
      found.part('module') === '__main__'
        ? 'Move it from the script into a module of its own, train again, and give the module in `package_files`.'
        : sameVersion(found),
  },
  {
    id: 'pickle-incompatible',
    code,
    when: [
      {
        text: /incompatible dtype|buffer size mismatch|invalid load key|XGBoostError|Unknown file format|magic number/,
      },
    ],
    what: (found) => `The bytes of the model cannot be read by ${runtime(found)}.`,
    next: sameVersion,
  },
  {
    id: 'model-file-not-found',
    code,
    when: [{ text: /Could not find either (?<files>model\.\w+ or model\.\w+)/ }],
    what: ({ part, directory }) =>
      `There is neither ${part('files').replace(' or ', ' nor ')} in ${directory}.`,
    next: () =>
      'Point `source` at the model file or at the directory that holds it directly; the action gives it the right name. With `gs://` sources the name has to be right already.',
  },
  {
    id: 'several-model-files',
    code,
    when: [{ text: /Multiple model files are found/ }],
    what: ({ directory }) => `There is more than one model file in ${directory}.`,
    next: () => 'Point `source` at the one file to deploy, or set `framework`.',
  },
  {
    id: 'not-a-framework-model',
    code,
    when: [{ text: /Invalid model type detected: (?<type>[\w.]+?)\.?(?:\s|$)/ }],
    what: ({ part }) =>
      `The model file holds a ${part('type')}, not a scikit-learn model or pipeline.`,
    next: () =>
      'Save the estimator or the pipeline itself, not a dictionary or a wrapper around it; or serve it with `prediction_class` and `package_files`.',
  },
  {
    id: 'unknown-operation',
    code,
    when: [{ text: /Op type not registered '(?<operation>[^']+)'/ }],
    what: (found) =>
      `The TensorFlow of ${runtime(found)} does not know the operation ${found.part('operation')}.`,
    next: (found) =>
      `${sameVersion(found)} Custom operations need a container of your own (\`image\`).`,
  },
  {
    id: 'saved-model-unreadable',
    code,
    when: [
      { text: /bad model data(?:\. tags: (?<tags>\[[^\]]*\]))?|MetaGraphDef associated with tags/ },
    ],
    what: (found) => `The TensorFlow of ${runtime(found)} could not load the SavedModel.`,
    next: (found) =>
      `A SavedModel needs a graph tagged \`serve\`, as \`tf.saved_model.save\` and \`model.export\` write it; look with \`saved_model_cli show --dir DIRECTORY --all\`. ${sameVersion(found)}`,
  },
  {
    id: 'saved-model-wanted',
    code,
    when: [{ text: /only supports TF 1\.0 or above and models saved in SavedModel format/ }],
    what: () => 'The model is no SavedModel.',
    next: () =>
      'Export it with `tf.saved_model.save(model, directory)`; checkpoints and HDF5 files cannot be served.',
  },
  {
    id: 'prediction-class-missing',
    code,
    when: [
      { text: /(?<class>[\w.]+) cannot be found\. Please make sure/ },
      {
        text: /User provided model class (?<class>[\w.]+) must implement the (?<method>\w+) method/,
      },
    ],
    what: ({ part }) =>
      part('method') === ''
        ? `The prediction class ${part('class')} is not in the packages.`
        : `The prediction class ${part('class')} has no method ${part('method')}.`,
    next: ({ part }) =>
      part('method') === ''
        ? 'Give `prediction_class` as module.Class, and in `package_files` a source distribution that holds that module.'
        : 'Add the class method `from_path(cls, model_dir)`, build the source distribution again, and deploy it under another `version`.',
  },
  {
    id: 'out-of-memory',
    code,
    when: [{ text: /more memory than allowed|out of memory|MemoryError|\bOOM(?:Killed)?\b/i }],
    what: () => 'The model needs more memory than the machine has.',
    next: () =>
      'Choose a larger `machine_type` (such as `n1-standard-4`; `n1-highmem-2` has 13 GB), or make the model smaller.',
  },
  {
    id: 'metadata-token',
    code: 'transient',
    when: [{ text: /Could not get an access token from the metadata server/ }],
    what: ({ version }) => `The node of version "${version}" could not get a token.`,
    next: () => 'This is a fault inside Google Cloud. Run the job again with another `version`.',
  },
  {
    id: 'user-code-failed',
    code,
    when: [{ text: /There was a problem processing the user code/ }],
    what: () => 'The code in the packages failed on the node.',
    next: () =>
      'Try it with the Python of the runtime: import the module, call `from_path` with the directory of the model, then `predict`.',
  },
  {
    id: 'model-server-died',
    code,
    when: [{ text: /Model server (?:exited unexpectedly|terminated|never became ready)/ }],
    what: () => 'The model server did not start.',
    next: () =>
      'Read its log under the link in the message: the last lines before the end say why.',
  },
  {
    id: 'bad-model',
    code,
    when: [{ text: /Bad model detected|Failed to load model/ }],
    what: (found) =>
      `Version "${found.version}" of model "${found.model}" could not load its model with ${runtime(found)}.`,
    next: sameVersion,
  },
  {
    id: 'version-not-ready',
    code,
    when: [{ request: /^version / }],
    what: ({ told, model, version }) =>
      `Version "${version}" of model "${model}" did not become READY; its state is ${told.status ?? 'unknown'}.`,
    next: ({ place, model, version }) =>
      `Look at it with \`${describeVersionCommand(place, model, version)}\`, and deploy under another \`version\`.`,
  },
];
