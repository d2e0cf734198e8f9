import type { Plan } from './plan/plan.ts';
import type { Ledger, VersionState } from './platform/platform.ts';
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

/**
 * The list of what this run made, one entry per resource, kept in the record.
 *
 * @param onChange Told of every change, and of what else changes in the hands of the platform.
 */
export function ledgerOf({ made }: Pick<DeployRecord, 'made'>, onChange: () => void): Ledger {
  const find = (name: string): number => made.findIndex((entry) => entry.name === name);
  return {
    note: (entry) => {
      const at = find(entry.name);
      if (at < 0) made.push(entry);
      else made[at] = entry;
      onChange();
    },
    forget: (name) => {
      const at = find(name);
      if (at >= 0) made.splice(at, 1);
      onChange();
    },
    remember: onChange,
  };
}

/** Parts of a large file, which are in the bucket only while it is uploaded. */
export function madeParts(uri: string): Made {
  const state = 'parts of a large file, which only this upload needed';
  return { kind: 'parts', name: uri, state, undo: deleteObjectsCommand(uri) };
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

/** The version of this full name that this run created; without a state nobody knows how far it is. */
export function madeVersion(
  request: DeployRequest,
  name: string,
  version: VersionState | undefined,
): Made {
  return {
    kind: 'version',
    name,
    state:
      version === undefined
        ? 'being created when last seen'
        : `${version.state}${version.serves ? ', serving' : ''}`,
    ...(version?.serves === true && { serves: true }),
    undo: deleteVersionCommand(request, request.model, name.split('/').at(-1) ?? name),
  };
}
