import { createCipheriv, createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startEmulator } from '../../emulator/emulator.ts';
import type { Emulator } from '../../emulator/exchange.ts';
import type { ArtifactFile } from '../../src/artifact/artifact.ts';
import type { CloudStorage, Upload, UploadResult } from '../../src/storage/cloud-storage.ts';
import { openCloudStorage } from '../../src/storage/open-cloud-storage.ts';
import type { World } from '../../src/world.ts';
import { testWorld } from '../test-world.ts';

export const BUCKET = 'acme-models';
export const DIRECTORY = 'fraud/v1/';
export const MEBIBYTE = 1024 * 1024;

/** An emulator with one bucket, and a folder of files on this machine. */
export interface Stage {
  readonly emulator: Emulator;
  readonly folder: string;
  /** Makes a file of bytes that repeat nothing; the same name and length give the same bytes. */
  file(name: string, bytes: number, seed?: string): ArtifactFile;
  world(parts?: Parameters<typeof testWorld>[0]): World;
  storage(parts?: Parameters<typeof testWorld>[0]): CloudStorage;
  close(): Promise<void>;
}

export async function setStage(): Promise<Stage> {
  const emulator = await startEmulator({ buckets: [BUCKET] });
  const folder = mkdtempSync(join(tmpdir(), 'storage-'));
  const world: Stage['world'] = (parts = {}) =>
    testWorld({ environment: emulator.environment(), ...parts });
  return {
    emulator,
    folder,
    file: (name, bytes, seed = name) => {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, noise(seed, bytes));
      return { name, bytes, source: { kind: 'local', path } };
    },
    world,
    storage: (parts) => openCloudStorage(world(parts)),
    close: async () => {
      rmSync(folder, { recursive: true, force: true });
      await emulator.close();
    },
  };
}

/** Bytes that depend on the seed and do not compress. */
export function noise(seed: string, bytes: number): Buffer {
  const key = createHash('md5').update(seed).digest();
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(bytes));
}

/** An upload of these files to the directory of the tests, nothing reused. */
export function uploadOf(files: readonly ArtifactFile[], parts: Partial<Upload> = {}): Upload {
  return {
    bucket: BUCKET,
    directory: DIRECTORY,
    files,
    marker: undefined,
    reuse: new Map(),
    ...parts,
  };
}

export async function put(
  storage: CloudStorage,
  files: readonly ArtifactFile[],
  parts: Partial<Upload> = {},
): Promise<UploadResult> {
  return await storage.put(uploadOf(files, parts), () => undefined);
}

/** Names of all objects in the bucket. */
export async function names(storage: CloudStorage, prefix = ''): Promise<string[]> {
  return (await storage.list(BUCKET, prefix)).map(({ name }) => name);
}

/** What the emulator recorded, as `POST /upload/…` without query. */
export function calls(emulator: Emulator): string[] {
  return emulator.requests.map(({ method, url }) => `${method} ${url.replace(/\?.*$/, '')}`);
}
