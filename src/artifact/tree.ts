import type { Artifact, ArtifactFile } from './artifact.ts';
import type { Problem } from './problem.ts';

/** What a directory holds directly. */
export interface Entry {
  readonly name: string;
  readonly kind: 'file' | 'directory';
  /** 0 for directories. */
  readonly bytes: number;
}

/** The files that are to be deployed, and what is to be said of them. */
export interface Gathered {
  /** In byte order of their names. */
  readonly files: readonly ArtifactFile[];
  readonly problems: readonly Problem[];
  readonly remarks: readonly string[];
  readonly warnings: readonly string[];
}

/** Directories and files, on the runner or in a bucket, read only. Paths have `/` between parts; '' is the root. */
export interface Tree {
  readonly place: Artifact['place'];
  /** What lies directly in a directory and is not left out of uploads, sorted by name. */
  entries(directory: string): Promise<readonly Entry[]>;
  /** Everything below a directory, named from there. */
  gather(directory: string): Promise<Gathered>;
  /** One file, under its own name; also what may not be deployed is in `problems`. */
  gatherFile(path: string): Promise<Gathered>;
  /** The path as a person would type it. */
  label(path: string): string;
}

/** The parts of a path below a directory of a tree, joined. */
export function below(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}

/** Names in byte order of their UTF-8, which is the order of Cloud Storage. */
export function byteOrder(a: { readonly name: string }, b: { readonly name: string }): number {
  return Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));
}
