import type { Artifact } from '../artifact/artifact.ts';
import type { DeployRequest } from '../request/deploy-request.ts';
import type { ChosenDirectory } from '../storage/cloud-storage.ts';
import type { UploadPlan } from './plan.ts';
import type { RuleFault } from './refuse.ts';

/** What is done about the bytes, and where they are then. */
export function planUpload(
  request: DeployRequest,
  artifact: Artifact,
  chosen: ChosenDirectory | undefined,
): UploadPlan {
  if (chosen !== undefined) {
    return {
      action: 'upload',
      bucket: request.destination.bucket,
      directory: chosen.directory,
      createBucket: !chosen.bucketExists && request.createBucket,
      reuse: chosen.reuse,
    };
  }
  const [, bucket, directory] = /^gs:\/\/([^/]+)\/(.*)$/s.exec(artifact.deployableUri ?? '') ?? [];
  if (bucket === undefined || directory === undefined) {
    throw new TypeError('No directory was chosen for an artifact that has to be uploaded.');
  }
  return { action: 'none', bucket, directory, createBucket: false, reuse: new Map() };
}

/** The fault of a bucket that is missing and not to be created. */
export function bucketMissing(
  request: DeployRequest,
  chosen: ChosenDirectory | undefined,
): readonly RuleFault[] {
  if (chosen?.bucketExists !== false || request.createBucket) return [];
  const { bucket } = request.destination;
  return [
    {
      code: 'not-found',
      input: 'bucket',
      given: `gs://${bucket}`,
      problem: 'there is no such bucket, and `create_bucket` is false',
      next: `Set \`create_bucket: true\`, or create it: \`gcloud storage buckets create gs://${bucket} --project=${request.projectId} --location=${request.modelRegion} --uniform-bucket-level-access\`.`,
    },
  ];
}
