import type { Framework } from '../request/deploy-request.ts';
import type { PickleInfo } from './pickle.ts';
import type { XgboostModel } from './xgboost-model.ts';

/** Where the bytes of a file are now. */
export type FileSource =
  | {
      readonly kind: 'local';
      readonly path: string;
      /** `device:inode` of the file that was looked at, so that no other is uploaded in its place. */
      readonly inode?: string;
    }
  | { readonly kind: 'object'; readonly bucket: string; readonly name: string };

/** One file of an artifact. */
export interface ArtifactFile {
  /** Path below the deployment directory, `/` between parts: the name it is uploaded under. */
  readonly name: string;
  readonly bytes: number;
  readonly source: FileSource;
  /** Base64 of the big-endian CRC-32C, where it is known without reading the file (objects). */
  readonly crc32c?: string;
}

/** A tensor of a signature. `shape` is absent when the rank is unknown; -1 is an unknown dimension. */
export interface Tensor {
  /** Key by which a request names it. */
  readonly key: string;
  /** Name in the graph, such as `serving_default_x:0`. */
  readonly name: string;
  /** `DT_FLOAT` is shown as `float32`, `DT_STRING` as `string`, as TensorFlow prints them. */
  readonly dtype: string;
  readonly shape?: readonly number[];
}

/** A way to call a SavedModel. */
export interface Signature {
  readonly name: string;
  readonly methodName: string;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

/** What `saved_model.pb` says about itself. */
export interface SavedModelInfo {
  /** Version of TensorFlow that exported it, such as `2.11.0`; absent when not recorded. */
  readonly tensorflowVersion: string | undefined;
  /** Tags of each graph, such as `[['serve']]`. */
  readonly tagSets: readonly (readonly string[])[];
  /** Signatures of the graph tagged `serve`, without `__saved_model_init_op`. */
  readonly signatures: readonly Signature[];
  /** Names of the operations in that graph and its functions, sorted; absent when they were not read. */
  readonly ops?: readonly string[];
}

/** A trained model that was found and looked at; nothing of it was executed. */
export interface Artifact {
  /** `directory`: anything, for custom prediction routines and containers. */
  readonly kind: 'saved-model' | 'model-file' | 'directory';
  /** What was chosen, as a person would type it: a path or a `gs://` URI. */
  readonly chosen: string;
  /** Whether the files are on the runner or already in Cloud Storage. */
  readonly place: 'local' | 'cloud-storage';
  /**
   * With `place: 'cloud-storage'`: the `gs://…/` directory that can be deployed as it is; absent when
   * a file needs another name there, so that the objects have to be copied.
   */
  readonly deployableUri?: string;
  /** From the bytes; absent for a `directory`. */
  readonly framework: Framework | undefined;
  /** Version of that framework, where the bytes tell it. */
  readonly frameworkVersion: string | undefined;
  /** Name of the timestamped export that was chosen, as written, such as `1700000000`. */
  readonly exportTimestamp: string | undefined;
  /** Every file to deploy, sorted by name in byte order, the marker included. */
  readonly files: readonly ArtifactFile[];
  /** Name of the file without which the directory is no model; uploaded last. */
  readonly marker: string | undefined;
  readonly totalBytes: number;
  readonly savedModel?: SavedModelInfo;
  /** Of a pickle or joblib file: what loading it would import, with what it was written. */
  readonly pickle?: PickleInfo;
  /** Of a model that XGBoost saved by itself. */
  readonly booster?: XgboostModel;
  /** Sentences for the log: what was passed over and why, renames, what was left out. */
  readonly remarks: readonly string[];
  /** Sentences that deserve a warning annotation. */
  readonly warnings: readonly string[];
}
