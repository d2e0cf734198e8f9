import type { Plan } from './plan/plan.ts';
import type { VersionState } from './platform/platform.ts';
import type { DeployRecord, Made } from './record.ts';
import { formatBytes, formatCount } from './report/format.ts';
import {
  deleteBucketCommand,
  deleteModelCommand,
  deleteObjectsCommand,
  deleteVersionCommand,
} from './report/gcloud.ts';
import type { DeployRequest } from './request/deploy-request.ts';
import type { UploadResult } from './storage/cloud-storage.ts';

/** Writes down that this run made something, or what became of it: one entry per resource. */
export function note(record: DeployRecord, made: Made): void {
  const at = record.made.findIndex(({ kind, name }) => kind === made.kind && name === made.name);
  if (at < 0) record.made.push(made);
  else record.made[at] = made;
}

/** Parts of a large file: noted while they are in the bucket, forgotten when they are removed. */
export function noteParts(record: DeployRecord, uri: string, state: 'begun' | 'removed'): void {
  const at = record.made.findIndex(({ name }) => name === uri);
  if (state === 'removed') {
    if (at >= 0) record.made.splice(at, 1);
    return;
  }
  const temporary = 'parts of a large file, which only this upload needed';
  note(record, {
    kind: 'objects',
    name: uri,
    state: temporary,
    undo: deleteObjectsCommand(uri),
  });
}

/** A bucket that this run created. */
export function madeBucket(bucket: string): Made {
  return {
    kind: 'bucket',
    name: `gs://${bucket}`,
    state: 'created by this run',
    undo: deleteBucketCommand(bucket),
  };
}

/** The objects of the artifact; without a result the upload has not ended, and they are no model yet. */
export function madeObjects(plan: Plan, result: UploadResult | undefined): Made {
  return {
    kind: 'objects',
    name: plan.deploymentUri,
    state:
      result === undefined
        ? 'upload not finished: without its last file it is no model'
        : `${formatCount(result.files.length, 'file')}, ${formatBytes(
            result.files.reduce((sum, file) => sum + file.bytes, 0),
          )}`,
    undo: deleteObjectsCommand(plan.deploymentUri),
  };
}

/** The model resource that this run created. */
export function madeModel(request: DeployRequest, plan: Plan): Made {
  return {
    kind: 'model',
    name: plan.model.name,
    state: 'created by this run',
    undo: deleteModelCommand(request, request.model),
  };
}

/** The version that this run created; without a state nobody knows how far it is. */
export function madeVersion(
  request: DeployRequest,
  plan: Plan,
  version: VersionState | undefined,
): Made {
  return {
    kind: 'version',
    name: plan.version.name,
    state:
      version === undefined
        ? 'being created when last seen'
        : `${version.state}${version.isDefault ? ', the default version' : ''}`,
    undo: deleteVersionCommand(request, request.model, plan.version.id),
  };
}
