import { Failure, ServiceError } from '../failure.ts';
import type { ArtifactFile } from '../artifact/artifact.ts';
import type { ChosenDirectory, StoredObject } from './cloud-storage.ts';
import { treeDigest } from './tree-digest.ts';

/** What the choice reads: listings, and the CRC-32C of a file of the artifact. */
export interface DirectoryReader {
  list(prefix: string): Promise<readonly StoredObject[]>;
  checksum(file: ArtifactFile): Promise<string>;
}

/** Length of the digest's beginning that tells directories of one version apart. */
const DIGEST_CHARACTERS = 8;

/**
 * Chooses the directory so that two contents never share one: the plain one when it is empty or holds
 * only files of this artifact, else the same name with the beginning of the artifact's digest. Files
 * are hashed only when objects of their name and size are there, or when the digest is needed.
 *
 * @param uri the plain directory as `gs://bucket/prefix/`, for messages
 * @throws Failure `conflict` when the directory named by the digest holds other content too.
 */
export async function chooseDirectory(
  reader: DirectoryReader,
  uri: string,
  directory: string,
  files: readonly ArtifactFile[],
): Promise<ChosenDirectory> {
  const checksums = new Map<string, Promise<string>>();
  const checksum = (file: ArtifactFile): Promise<string> => {
    const known = checksums.get(file.name) ?? reader.checksum(file);
    checksums.set(file.name, known);
    return known;
  };
  let there: readonly StoredObject[];
  try {
    there = await reader.list(directory);
  } catch (error) {
    if (!(error instanceof ServiceError && error.httpStatus === 404)) throw error;
    return { directory, reuse: new Map(), bucketExists: false };
  }
  const reuse = await reusable(there, directory, files, checksum);
  if (reuse !== undefined) return { directory, reuse, bucketExists: true };

  const tree: { name: string; bytes: number; crc32c: string }[] = [];
  for (const file of files) {
    tree.push({ name: file.name, bytes: file.bytes, crc32c: await checksum(file) });
  }
  const suffix = treeDigest(tree).slice('sha256:'.length, 'sha256:'.length + DIGEST_CHARACTERS);
  const own = `${directory.replace(/\/$/, '')}-${suffix}/`;
  const ownReuse = await reusable(await reader.list(own), own, files, checksum);
  if (ownReuse === undefined) throw occupied(uri, suffix);
  return {
    directory: own,
    reuse: ownReuse,
    bucketExists: true,
    remark: `${uri} already holds other content, so this artifact goes to the same name with -${suffix}, the beginning of its digest.`,
  };
}

/** The objects by file name when all of them are files of this artifact, else `undefined`. */
async function reusable(
  there: readonly StoredObject[],
  directory: string,
  files: readonly ArtifactFile[],
  checksum: (file: ArtifactFile) => Promise<string>,
): Promise<ReadonlyMap<string, StoredObject> | undefined> {
  const byName = new Map(files.map((file) => [file.name, file]));
  const pairs: { file: ArtifactFile; object: StoredObject }[] = [];
  for (const object of there.filter((some) => !isFolderPlaceholder(some))) {
    const file = byName.get(object.name.slice(directory.length));
    if (file?.bytes !== object.bytes) return undefined;
    pairs.push({ file, object });
  }
  for (const { file, object } of pairs) {
    if ((await checksum(file)) !== object.crc32c) return undefined;
  }
  return new Map(pairs.map(({ file, object }) => [file.name, object]));
}

/** The Cloud console makes an empty object `name/` for each folder that is created by hand. */
function isFolderPlaceholder({ name, bytes }: StoredObject): boolean {
  return bytes === 0 && name.endsWith('/');
}

function occupied(uri: string, suffix: string): Failure {
  const own = `${uri.replace(/\/$/, '')}-${suffix}/`;
  return new Failure({
    code: 'conflict',
    what: `There is no free directory for this artifact: ${uri} and ${own} both hold other content.`,
    why: 'The second one is named by the digest of this artifact, so only files of it should lie there.',
    next: `Look at it with "gcloud storage ls --recursive ${own}", delete it if nothing serves from it, or give another version or bucket.`,
  });
}
