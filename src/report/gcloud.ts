/** Where a gcloud command on AI Platform is to act. */
export interface GcloudPlace {
  readonly projectId: string;
  /** `global`, or the region of the endpoint. */
  readonly region: string;
}

/** A word of a POSIX shell's command line: quoted unless it needs no quotes. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Makes a version the one that serves. */
export function setDefaultCommand(place: GcloudPlace, model: string, version: string): string {
  return aiPlatform(place, ['versions', 'set-default', version, `--model=${model}`]);
}

/** Deletes a version; the one that serves can be deleted only when it is the last. */
export function deleteVersionCommand(place: GcloudPlace, model: string, version: string): string {
  return aiPlatform(place, ['versions', 'delete', version, `--model=${model}`]);
}

/** Shows a version, its state and its error. */
export function describeVersionCommand(place: GcloudPlace, model: string, version: string): string {
  return aiPlatform(place, ['versions', 'describe', version, `--model=${model}`]);
}

/** Deletes a model; it must have no versions. */
export function deleteModelCommand(place: GcloudPlace, model: string): string {
  return aiPlatform(place, ['models', 'delete', model]);
}

/** Waits for an operation, given by its full or short name. */
export function waitCommand(place: GcloudPlace, operation: string): string {
  return aiPlatform(place, ['operations', 'wait', operation.slice(operation.lastIndexOf('/') + 1)]);
}

/** Deletes everything below a `gs://…/` directory. */
export function deleteObjectsCommand(uri: string): string {
  return command(['gcloud', 'storage', 'rm', '--recursive', uri]);
}

/** Deletes an empty bucket. */
export function deleteBucketCommand(bucket: string): string {
  return command(['gcloud', 'storage', 'buckets', 'delete', `gs://${bucket}`]);
}

/** One command line out of words, each quoted where needed. */
export function command(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}

function aiPlatform(place: GcloudPlace, words: readonly string[]): string {
  return command([
    'gcloud',
    'ai-platform',
    ...words,
    `--region=${place.region}`,
    `--project=${place.projectId}`,
  ]);
}
