import type { ArtifactFile } from '../artifact/artifact.ts';

/** An object as `objects.list` tells it (Cloud Storage JSON API). */
export interface StoredObject {
  readonly name: string;
  readonly bytes: number;
  /** Base64 of the big-endian CRC-32C. */
  readonly crc32c: string;
  readonly generation: string;
}

/** One upload: everything is decided, nothing is asked again. */
export interface Upload {
  readonly bucket: string;
  /** Object prefix of the deployment directory, with its trailing slash. */
  readonly directory: string;
  /** In any order; `marker` goes last whatever its place. */
  readonly files: readonly ArtifactFile[];
  readonly marker: string | undefined;
  /** Objects of the directory that are already there with the same size and checksum, by file name. */
  readonly reuse: ReadonlyMap<string, StoredObject>;
  /**
   * Told of each `gs://…/` prefix that parts of a large file are put under, before the first one is
   * made, and again when nothing is left there; what was not `removed` at the end is left over.
   */
  readonly onParts?: (uri: string, state: 'begun' | 'removed') => void;
}

/** How far an upload is; given at most a few times a second. */
export interface UploadProgress {
  readonly sentBytes: number;
  readonly totalBytes: number;
  readonly sentFiles: number;
  readonly totalFiles: number;
}

/** A file that now lies in the bucket, checked against its CRC-32C. */
export interface UploadedFile {
  /** Path below the deployment directory. */
  readonly name: string;
  readonly bytes: number;
  readonly crc32c: string;
  readonly generation: string;
  readonly reused: boolean;
}

/** What an upload did. */
export interface UploadResult {
  readonly files: readonly UploadedFile[];
  readonly uploadedFiles: number;
  readonly uploadedBytes: number;
  readonly reusedFiles: number;
}

/** The directory that an artifact goes to, chosen by reading only (`choose-directory.ts`). */
export interface ChosenDirectory {
  /** With its trailing slash. */
  readonly directory: string;
  readonly reuse: ReadonlyMap<string, StoredObject>;
  /** `false` when the bucket does not exist. */
  readonly bucketExists: boolean;
  /** Why the directory is not the plain `<prefix>/<model>/<version>/`, as a sentence; else absent. */
  readonly remark?: string;
}

/** The bytes' room: everything that is done to Cloud Storage. Failures are `ServiceError` or `Failure`. */
export interface CloudStorage {
  /** All objects under a prefix, all pages, in byte order. A missing bucket is a `ServiceError` 404. */
  list(bucket: string, prefix: string): Promise<readonly StoredObject[]>;
  /** The first `limit` bytes of an object. */
  read(bucket: string, name: string, limit: number): Promise<Buffer>;
  /** Creates a bucket with uniform access; an existing one of the same project is a success. */
  createBucket(bucket: string, location: string, projectId: string): Promise<void>;
  /**
   * Where this artifact goes: `directory` itself when it is empty or holds only files of this artifact,
   * else the same name with `-<first 8 of the digest>` appended. Reads only.
   */
  chooseDirectory(
    bucket: string,
    directory: string,
    files: readonly ArtifactFile[],
  ): Promise<ChosenDirectory>;
  /**
   * Deletes everything below the prefix of an upload's parts, which nobody else uses; answers whether nothing
   * is left. Never throws.
   */
  sweepParts(bucket: string, prefix: string): Promise<boolean>;
  /** Puts every file in place, marker last, each with `ifGenerationMatch=0` and a compared CRC-32C. */
  put(upload: Upload, onProgress: (progress: UploadProgress) => void): Promise<UploadResult>;
}
