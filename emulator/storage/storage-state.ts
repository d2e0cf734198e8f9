/** An object that lies in the emulated Cloud Storage, as the other services of the emulator see it. */
export interface StoredFile {
  readonly name: string;
  readonly bytes: number;
  /**
   * File on disk with the contents; absent when the emulator keeps none (`keepContents: false`). Its own
   * name says nothing; do not write to it.
   */
  readonly path: string | undefined;
}

/** What the other services of the emulator may know of Cloud Storage: reads only. */
export interface StorageState {
  bucketExists(bucket: string): boolean;
  /** Live objects whose names start with `prefix`, in byte order; none when the bucket is missing. */
  list(bucket: string, prefix: string): readonly StoredFile[];
}
