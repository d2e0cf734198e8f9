import type { StorageState } from '../storage/storage-state.ts';
import {
  findDirectory,
  modelFilesIn,
  notExactlyOne,
  parseGsUri,
} from '../trained-model/model-directory.ts';
import type { Framework, ModelDirectory } from '../trained-model/model-directory.ts';
import { refusal } from './api.ts';

/** A directory that a version is to be made of. */
export interface DirectoryRequest {
  readonly deploymentUri: string;
  /** Absent: any of the known model files will do. */
  readonly framework: Framework | undefined;
  /** Custom code or a container: no model file is asked for. */
  readonly custom: boolean;
  /** Limit of the machine type. */
  readonly mostBytes: number;
  /** Further files that the service needs in the directory. */
  readonly alsoNeeded: readonly string[];
}

const field = 'version.deployment_uri';
const mostFiles = 1000;

/** Names that a model file must have (ai-platform-v1.md, section 7). */
const modelFileNames: Readonly<Record<Framework, readonly string[]>> = {
  TENSORFLOW: ['saved_model.pb', 'saved_model.pbtxt'],
  SCIKIT_LEARN: ['model.pkl', 'model.joblib'],
  XGBOOST: ['model.bst', 'model.pkl', 'model.joblib'],
};
const allModelFileNames = [
  'saved_model.pb',
  'saved_model.pbtxt',
  'model.bst',
  'model.pkl',
  'model.joblib',
];

/**
 * Looks at a deployment directory as the service does before it answers versions.create: bucket,
 * directory (not a file), 1 to 1,000 files, size, and exactly one model file of the framework. Throws
 * the refusal otherwise.
 */
export function findModelDirectory(
  storage: StorageState,
  request: DirectoryRequest,
): ModelDirectory {
  const { deploymentUri: uri, framework, custom, mostBytes } = request;
  const found = findDirectory(storage, uri, (status, description) =>
    refusal(status, field, description),
  );
  const { uri: shown, files } = found;
  if (files.length > mostFiles) {
    throw refusal(
      'FAILED_PRECONDITION',
      field,
      `The model directory ${shown} contains ${files.length} files, which exceeds the allowed maximum of ${mostFiles} files`,
    );
  }
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes > mostBytes) {
    throw refusal(
      'FAILED_PRECONDITION',
      field,
      `The total size of files in ${shown} is ${bytes} bytes, which exceeds the allowed maximum of ${mostBytes} bytes`,
    );
  }
  const expected = framework === undefined ? allModelFileNames : modelFileNames[framework];
  const modelFiles = modelFilesIn(found, expected);
  // Without a framework the service only finds out while loading that there are several.
  const right = framework === undefined ? modelFiles.length > 0 : modelFiles.length === 1;
  if (!custom && !right) {
    throw refusal('FAILED_PRECONDITION', field, notExactlyOne(found, expected));
  }
  const missing = request.alsoNeeded.find((name) => modelFilesIn(found, [name]).length === 0);
  if (missing !== undefined) {
    throw refusal(
      'FAILED_PRECONDITION',
      field,
      `Model directory ${shown} is expected to contain ${missing}.`,
    );
  }
  return { files, modelFiles };
}

/** Throws unless every URI is a `.tar.gz` in Cloud Storage; the bytes of all of them. */
export function findPackages(storage: StorageState, packageUris: readonly string[]): number {
  return packageUris.reduce<number>((sum, uri) => {
    const place = parseGsUri(uri);
    if (place === undefined || !place.name.endsWith('.tar.gz')) {
      throw refusal(
        'INVALID_ARGUMENT',
        'version.package_uris',
        `"${uri}" is not a source distribution in Cloud Storage. It must have the form gs://BUCKET/NAME.tar.gz.`,
      );
    }
    const file = storage.list(place.bucket, place.name).find(({ name }) => name === place.name);
    if (file === undefined) {
      throw refusal(
        'FAILED_PRECONDITION',
        'version.package_uris',
        `The package ${uri} does not exist.`,
      );
    }
    return sum + file.bytes;
  }, 0);
}
