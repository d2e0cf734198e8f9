import { createCipheriv, createHash } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CRC32C } from '@google-cloud/storage';

/** The four things that are uploaded (performance.md). */
export type WorkloadId = 'W1' | 'W2' | 'W3' | 'W4';

/** One file of a workload; its bytes follow from its name. */
export interface WorkloadFile {
  /** Below the workload's directory, `/` between parts. */
  readonly name: string;
  readonly bytes: number;
}

/** A directory to upload. */
export interface Workload {
  readonly id: WorkloadId;
  readonly title: string;
  readonly files: readonly WorkloadFile[];
}

const KILOBYTE = 1024;
const MEGABYTE = 1024 * KILOBYTE;
const WRITTEN_AT_ONCE = MEGABYTE;

/** The workloads of the reference; `quick`: the same shapes, small, to see that everything runs. */
export function listWorkloads(quick: boolean): readonly Workload[] {
  const large = quick ? 30 : 300;
  const directories = quick ? 4 : 40;
  const giant = quick ? 64 : 2048;
  return [
    {
      id: 'W1',
      title: `SavedModel, ${large + 5} MB in 6 files, one of ${large} MB`,
      files: [
        { name: 'saved_model.pb', bytes: MEGABYTE },
        { name: 'keras_metadata.pb', bytes: MEGABYTE },
        { name: 'fingerprint.pb', bytes: MEGABYTE },
        { name: 'assets/vocabulary.txt', bytes: MEGABYTE },
        { name: 'variables/variables.index', bytes: MEGABYTE },
        { name: 'variables/variables.data-00000-of-00001', bytes: large * MEGABYTE },
      ],
    },
    {
      id: 'W2',
      title: `${(directories * 50).toLocaleString('en')} files of 16 KB in ${directories} directories`,
      files: Array.from({ length: directories * 50 }, (_, index) => ({
        name:
          index === 0
            ? 'assets-0/saved_model.pb'
            : `assets-${Math.floor(index / 50)}/shard-${index % 50}.bin`,
        bytes: 16 * KILOBYTE,
      })),
    },
    {
      id: 'W3',
      title: quick ? 'one file of 64 MiB' : 'one file of 2 GiB',
      files: [{ name: 'model.bst', bytes: giant * MEGABYTE }],
    },
    {
      id: 'W4',
      title: 'model.joblib, 3 MB',
      files: [{ name: 'model.joblib', bytes: 3 * MEGABYTE }],
    },
  ];
}

/**
 * Writes a workload's files: incompressible bytes, the same on each machine.
 *
 * @returns CRC-32C of each file by name, in base64, computed by Google's library.
 */
export async function writeWorkload(
  workload: Workload,
  directory: string,
): Promise<ReadonlyMap<string, string>> {
  const checksums = new Map<string, string>();
  for (const { name, bytes } of workload.files) {
    const path = join(directory, name);
    await mkdir(dirname(path), { recursive: true });
    const checksum = new CRC32C();
    await using file = await open(path, 'w');
    for (const piece of seededBytes(`${workload.id}/${name}`, bytes)) {
      checksum.update(piece);
      await file.writeFile(piece);
    }
    checksums.set(name, checksum.toString());
  }
  return checksums;
}

/** A cipher's key stream: as good as random, and quick to make. */
function* seededBytes(seed: string, bytes: number): Generator<Buffer> {
  const key = createHash('sha256').update(seed).digest().subarray(0, 16);
  const stream = createCipheriv('aes-128-ctr', key, Buffer.alloc(16));
  const zeros = Buffer.alloc(Math.min(bytes, WRITTEN_AT_ONCE));
  for (let done = 0; done < bytes; done += zeros.length) {
    yield stream.update(zeros.subarray(0, Math.min(zeros.length, bytes - done)));
  }
}
