import type { ObjectName } from './json-api.ts';
import type { LocalFile } from './local-file.ts';
import type { Range } from './read-hashed.ts';

/** A range of a large file on its way to an object of its own. */
export interface PartToSend {
  readonly target: ObjectName;
  readonly file: LocalFile;
  readonly range: Range;
  /** Bytes handed to the network; negative when they have to be sent again. */
  readonly sent: (bytes: number) => void;
}
