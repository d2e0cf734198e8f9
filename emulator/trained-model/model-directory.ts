import type { GoogleError } from '../google-error.ts';
import type { RefusalStatus } from '../google-api/refusal.ts';
import type { StorageState, StoredFile } from '../storage/storage-state.ts';

/** Frameworks whose models the emulator can load. */
export type Framework = 'TENSORFLOW' | 'SCIKIT_LEARN' | 'XGBOOST';

/** A directory in Cloud Storage that holds a model. */
export interface ModelDirectory {
  /** Files below it; names are relative to it. */
  readonly files: readonly StoredFile[];
  /** Model files that lie directly in it. */
  readonly modelFiles: readonly string[];
}

/** A directory in Cloud Storage. */
export interface Directory {
  /** Its URI without a slash at the end, as messages show it. */
  readonly uri: string;
  /** Files below it, at least one; names are relative to it. */
  readonly files: readonly StoredFile[];
}

/** Bucket and object name of a `gs://` URI; `undefined` when it is none. */
export function parseGsUri(uri: string): { bucket: string; name: string } | undefined {
  const match = /^gs:\/\/([a-z0-9][a-z0-9._-]{1,220}[a-z0-9])(?:\/(.*))?$/s.exec(uri);
  const bucket = match?.[1];
  return bucket === undefined ? undefined : { bucket, name: match?.[2] ?? '' };
}

/** The directory at a `gs://` URI. Throws what `refuse` makes of it when there is none. */
export function findDirectory(
  storage: StorageState,
  uri: string,
  refuse: (status: RefusalStatus, description: string) => GoogleError,
): Directory {
  const place = parseGsUri(uri);
  if (place === undefined) {
    throw refuse(
      'INVALID_ARGUMENT',
      `"${uri}" is not a Cloud Storage directory. It must have the form gs://BUCKET/DIRECTORY/.`,
    );
  }
  const { bucket } = place;
  if (!storage.bucketExists(bucket)) {
    throw refuse('FAILED_PRECONDITION', `The bucket gs://${bucket} does not exist.`);
  }
  const path = place.name.replace(/\/+$/, '');
  const prefix = path === '' ? '' : `${path}/`;
  const shown = path === '' ? `gs://${bucket}` : `gs://${bucket}/${path}`;
  const files = storage
    .list(bucket, prefix)
    .filter(({ name }) => !name.endsWith('/'))
    .map((file) => ({ ...file, name: file.name.slice(prefix.length) }));
  if (files.length > 0) return { uri: shown, files };
  const isFile = storage.list(bucket, path).some(({ name }) => name === path);
  throw refuse(
    'FAILED_PRECONDITION',
    isFile
      ? `${shown} is a file. It must be a directory.`
      : `The model directory ${shown} does not exist or is empty.`,
  );
}

/** Which of these files lie directly in the directory. */
export function modelFilesIn({ files }: Directory, expected: readonly string[]): readonly string[] {
  const names = new Set(files.map(({ name }) => name));
  return expected.filter((name) => names.has(name));
}

/** What is said of a directory that holds none of the model files, or several. */
export function notExactlyOne({ uri }: Directory, expected: readonly string[]): string {
  return `Model directory ${uri} is expected to contain exactly one of: [${expected.join(', ')}].`;
}
