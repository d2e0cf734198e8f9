import type { Artifact } from '../artifact/artifact.ts';
import { madeBucket, madeObjects, madeParts } from '../made.ts';
import type { Plan } from '../plan/plan.ts';
import { treeDigest } from '../storage/tree-digest.ts';
import type { Deploy } from './deploy.ts';

/** Puts the artifact in place and, meanwhile, creates what a version needs around it. */
export async function uploadAndPrepare(
  deploy: Deploy,
  artifact: Artifact,
  plan: Plan,
): Promise<void> {
  const { platform, during, giveUpUpload } = deploy;
  const both = [
    during('upload', () => upload(deploy, artifact, plan)),
    during('model', () => platform.prepare(plan)).catch((error: unknown) => {
      giveUpUpload(error);
      throw error;
    }),
  ];
  // Both are waited for, so that all is known of what they made; the first failure is the failure.
  await Promise.allSettled(both);
  await Promise.all(both);
}

/** Puts the artifact where the platform reads it; nothing is sent when it lies there already. */
async function upload(
  { request, record, storage, ledger, teller, world }: Deploy,
  artifact: Artifact,
  plan: Plan,
): Promise<void> {
  const { action, bucket, directory, createBucket, reuse } = plan.upload;
  if (action === 'none') {
    record.digest = digestOf(artifact);
    return;
  }
  if (createBucket) {
    await storage.createBucket(bucket, request.modelRegion, request.projectId);
    ledger.note(madeBucket(bucket));
  }
  const { files, marker } = artifact;
  // Objects that an earlier run has put there are not this run's to list, or to undo.
  const isNew = files.some(({ name }) => !reuse.has(name));
  if (isNew) ledger.note(madeObjects(plan, undefined));
  const onParts = (uri: string, state: 'begun' | 'removed'): void => {
    // Said before the first part is there, so that even a killed run has named what it may leave.
    if (state === 'removed') {
      ledger.forget(uri);
      return;
    }
    teller.parting(uri);
    ledger.note(madeParts(uri));
  };
  const put = storage.put({ bucket, directory, files, marker, reuse, onParts }, teller.uploading());
  record.upload = await put.catch(async (error: unknown) => {
    // What could not be listed may be there.
    const left = isNew ? await storage.list(bucket, directory).catch(() => undefined) : undefined;
    if (left?.length === 0) ledger.forget(plan.deploymentUri);
    throw error;
  });
  for (const { name, undo } of record.made.filter(({ kind }) => kind === 'parts')) {
    world.log.warning(`The parts of a large file stay under ${name}: \`${undo}\` deletes them.`);
  }
  record.digest = treeDigest(record.upload.files);
  if (isNew) ledger.note(madeObjects(plan, record.upload));
}

/** The digest of an artifact that is in Cloud Storage already, whose checksums the service knows. */
function digestOf({ files }: Artifact): string {
  return treeDigest(files.map(({ name, bytes, crc32c = '' }) => ({ name, bytes, crc32c })));
}
