import { ServiceError } from '../../../src/failure.ts';
import { badModel, operationFailed, versionLost } from './case.ts';
import type { Case } from './case.ts';

/** Models that cannot be loaded: texts as they were observed, or as the references give them. */
export const loadCases: readonly Case[] = [
  {
    rule: 'package-install-failed',
    error: badModel(
      "Failed to load model: User-provided package so_predict-0.1.tar.gz failed to install: Command '[…]' returned non-zero exit status 1 (Error code: 0)",
    ),
    code: 'model-load',
    what: 'The package so_predict-0.1.tar.gz could not be installed on the nodes.',
    next: 'Install it as the node does: `pip install so_predict-0.1.tar.gz` with the Python of runtime 2.11. Often it or one of its dependencies needs a newer Python, or more than fits into the machine.',
  },
  {
    rule: 'pickle-protocol',
    error: badModel(
      "Failed to load model: Could not load the model: /tmp/model/0001/model.pkl. unsupported pickle protocol: 5. Please make sure the model was exported using python 3. Otherwise, please specify the correct 'python_version' parameter when deploying the model. (Error code: 0)",
    ),
    code: 'model-load',
    what: 'The model was written with pickle protocol 5 that the Python of runtime 2.11 cannot read.',
    next: 'Write it with `joblib.dump(model, "model.joblib", protocol=4)` or `pickle.dump(model, file, protocol=4)`: Python 3.7 reads up to 4, Python 2.7 up to 2. Or set `python_version` to the Python that wrote it.',
  },
  {
    rule: 'framework-module-missing',
    error: badModel(
      "Failed to load model: Could not load the model: /tmp/model/0001/model.joblib. No module named 'sklearn.ensemble._forest'. (Error code: 0)",
    ),
    code: 'model-load',
    what: 'The model refers to the module sklearn.ensemble._forest, which runtime 2.11 does not have.',
    next: 'Runtime 2.11 holds TensorFlow 2.11.0: train with that, or set `runtime_version` to the runtime that holds the version the model was trained with.',
  },
  {
    rule: 'module-missing',
    error: badModel(
      "Failed to load model: Unexpected error when loading the model: No module named 'lightgbm' (Error code: 0)",
    ),
    code: 'model-load',
    what: 'The model refers to the Python module lightgbm, which the nodes do not have.',
    next: 'Put lightgbm into a source distribution and give it in `package_files`, or train without it.',
  },
  {
    rule: 'attribute-missing',
    error: badModel(
      "Failed to load model: Could not load the model: /tmp/model/0001/model.pkl. Can't get attribute 'Scale' on <module '__main__' from '/usr/bin/x'>. (Error code: 0)",
    ),
    code: 'model-load',
    what: 'The model refers to Scale, which was defined in the training script itself.',
    next: 'Move it from the script into a module of its own, train again, and give the module in `package_files`.',
  },
  {
    rule: 'attribute-missing',
    error: badModel(
      "Failed to load model: Could not load the model: /tmp/model/0001/model.pkl. Can't get attribute '_criterion_gini' on <module 'sklearn.tree._criterion' from 'x'>. (Error code: 0)",
    ),
    code: 'model-load',
    what: 'The model refers to _criterion_gini, which the nodes do not have.',
    next: 'Runtime 2.11 holds TensorFlow 2.11.0: train with that, or set `runtime_version` to the runtime that holds the version the model was trained with.',
  },
  {
    rule: 'pickle-incompatible',
    error: badModel(
      'Failed to load model: Could not load the model: /tmp/model/0001/model.joblib. node array from the pickle has an incompatible dtype. (Error code: 0)',
    ),
    code: 'model-load',
    what: 'The bytes of the model cannot be read by runtime 2.11.',
    next: 'Runtime 2.11 holds TensorFlow 2.11.0: train with that, or set `runtime_version` to the runtime that holds the version the model was trained with.',
  },
  {
    rule: 'model-file-not-found',
    error: badModel(
      'Failed to load model: Could not find either model.joblib or model.pkl in /tmp/model/0001 (Error code: 0)',
    ),
    code: 'model-load',
    what: 'There is neither model.joblib nor model.pkl in gs://acme-aiplatform/fraud/v3/.',
    next: 'Point `source` at the model file or at the directory that holds it directly; the action gives it the right name. With `gs://` sources the name has to be right already.',
  },
  {
    rule: 'several-model-files',
    error: badModel(
      'Failed to load model: Multiple model files are found in the model_path: /tmp/model/0001 (Error code: 0)',
    ),
    code: 'model-load',
    what: 'There is more than one model file in gs://acme-aiplatform/fraud/v3/.',
    next: 'Point `source` at the one file to deploy, or set `framework`.',
  },
  {
    rule: 'not-a-framework-model',
    error: badModel(
      'Failed to load model: Invalid model type detected: builtins.dict. Please make sure the model file is an exported sklearn model or pipeline. (Error code: 0)',
    ),
    code: 'model-load',
    what: 'The model file holds a builtins.dict, not a scikit-learn model or pipeline.',
    next: 'Save the estimator or the pipeline itself, not a dictionary or a wrapper around it; or serve it with `prediction_class` and `package_files`.',
  },
  {
    rule: 'unknown-operation',
    error: badModel(
      "Failed to load model: Op type not registered 'SentencepieceOp' in binary running on localhost. (Error code: 0)",
    ),
    code: 'model-load',
    what: 'The TensorFlow of runtime 2.11 does not know the operation SentencepieceOp.',
    next: 'Runtime 2.11 holds TensorFlow 2.11.0: train with that, or set `runtime_version` to the runtime that holds the version the model was trained with. Custom operations need a container of your own (`image`).',
  },
  {
    rule: 'saved-model-unreadable',
    error: badModel(
      "Failed to load model: Failed to load the model due to bad model data. tags: ['serve'] (Error code: 0)",
    ),
    code: 'model-load',
    what: 'The TensorFlow of runtime 2.11 could not load the SavedModel.',
    next: 'A SavedModel needs a graph tagged `serve`, as `tf.saved_model.save` and `model.export` write it; look with `saved_model_cli show --dir DIRECTORY --all`. Runtime 2.11 holds TensorFlow 2.11.0: train with that, or set `runtime_version` to the runtime that holds the version the model was trained with.',
  },
  {
    rule: 'saved-model-wanted',
    error: badModel(
      'Failed to load model: Cloud ML only supports TF 1.0 or above and models saved in SavedModel format. (Error code: 0)',
    ),
    code: 'model-load',
    what: 'The model is no SavedModel.',
    next: 'Export it with `tf.saved_model.save(model, directory)`; checkpoints and HDF5 files cannot be served.',
  },
  {
    rule: 'prediction-class-missing',
    error: badModel(
      'There was a problem processing the user code: predictor.Fraud cannot be found. Please make sure (1) prediction_class is the fully qualified function name (Error code: 4)',
    ),
    code: 'model-load',
    what: 'The prediction class predictor.Fraud is not in the packages.',
    next: 'Give `prediction_class` as module.Class, and in `package_files` a source distribution that holds that module.',
  },
  {
    rule: 'prediction-class-missing',
    error: badModel(
      'There was a problem processing the user code: User provided model class predictor.Fraud must implement the from_path method. (Error code: 4)',
    ),
    code: 'model-load',
    what: 'The prediction class predictor.Fraud has no method from_path.',
    next: 'Add the class method `from_path(cls, model_dir)`, build the source distribution again, and deploy it under another `version`.',
  },
  {
    rule: 'out-of-memory',
    error: operationFailed(
      'Create Version failed. Model requires more memory than allowed. Please try to decrease the model size and re-deploy.',
    ),
    code: 'model-load',
    what: 'The model needs more memory than the machine has.',
    next: 'Choose a larger `machine_type` (such as `n1-standard-4`; `n1-highmem-2` has 13 GB), or make the model smaller.',
  },
  {
    rule: 'metadata-token',
    error: badModel('Could not get an access token from the metadata server (Error code: 5)'),
    code: 'transient',
    what: 'The node of version "v3" could not get a token.',
    next: 'This is a fault inside Google Cloud. Run the job again with another `version`.',
  },
  {
    rule: 'user-code-failed',
    error: badModel(
      'There was a problem processing the user code: division by zero (Error code: 4)',
    ),
    code: 'model-load',
    what: 'The code in the packages failed on the node.',
    next: 'Try it with the Python of the runtime: import the module, call `from_path` with the directory of the model, then `predict`.',
  },
  {
    rule: 'model-server-died',
    error: new ServiceError({
      service: 'Vertex AI',
      request: 'operation projects/42/locations/us-central1/endpoints/7/operations/8',
      host: '',
      status: 'FAILED_PRECONDITION',
      serverMessage:
        'Model server exited unexpectedly. Model server logs can be found at https://console.cloud.google.com/logs/viewer?project=42',
    }),
    code: 'model-load',
    what: 'The model server did not start.',
    next: 'Read its log under the link in the message: the last lines before the end say why.',
  },
  {
    rule: 'bad-model',
    error: badModel(
      'Failed to load model: Unexpected error when loading the model: 0 (Error code: 0)',
    ),
    code: 'model-load',
    what: 'Version "v3" of model "fraud" could not load its model with runtime 2.11.',
    next: 'Runtime 2.11 holds TensorFlow 2.11.0: train with that, or set `runtime_version` to the runtime that holds the version the model was trained with.',
  },
  {
    rule: 'version-not-ready',
    error: versionLost('FAILED'),
    code: 'model-load',
    what: 'Version "v3" of model "fraud" did not become READY; its state is FAILED.',
    next: 'Look at it with `gcloud ai-platform versions describe v3 --model=fraud --region=us-central1 --project=acme`, and deploy under another `version`.',
  },
  {
    rule: 'version-not-ready',
    error: versionLost('NOT_FOUND'),
    code: 'model-load',
    what: 'Version "v3" of model "fraud" did not become READY; its state is NOT_FOUND.',
    next: 'Look at it with `gcloud ai-platform versions describe v3 --model=fraud --region=us-central1 --project=acme`, and deploy under another `version`.',
  },
];
