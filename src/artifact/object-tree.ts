import type { StoredObject } from '../storage/cloud-storage.ts';
import type { ArtifactFile } from './artifact.ts';
import { quote } from './problem.ts';
import { type Entry, type Gathered, type Tree, byteOrder } from './tree.ts';
import { leftOut } from './upload-rules.ts';

/**
 * The objects below a prefix as a tree. `prefix` ends with a slash or is empty; `objects` are all that
 * begin with it. Directories exist where objects do; placeholders that end with a slash are none.
 */
export function objectTree(bucket: string, prefix: string, objects: readonly StoredObject[]): Tree {
  const isLeftOut = (name: string): boolean =>
    name.split('/').some((part) => leftOut(part) !== undefined);
  const files = objects
    .filter(({ name }) => name.startsWith(prefix) && !name.endsWith('/'))
    .map((object) => toFile(bucket, object, object.name.slice(prefix.length)));

  const gathered = (found: readonly ArtifactFile[], skipped: readonly string[]): Gathered => ({
    files: found.toSorted(byteOrder),
    problems: [],
    remarks: skipped.map((name) => `${quote(name)} is left out, as hidden files always are.`),
    warnings: [],
  });

  return {
    place: 'cloud-storage',
    entries(directory) {
      const start = directory === '' ? '' : `${directory}/`;
      const entries = new Map<string, Entry>();
      for (const { name, bytes } of files) {
        if (!name.startsWith(start)) continue;
        const [first = '', ...rest] = name.slice(start.length).split('/');
        if (leftOut(first) !== undefined) continue;
        if (rest.length > 0) entries.set(`${first}/`, { name: first, kind: 'directory', bytes: 0 });
        else entries.set(first, { name: first, kind: 'file', bytes });
      }
      return Promise.resolve([...entries.values()].sort(byteOrder));
    },
    gather(directory) {
      const start = directory === '' ? '' : `${directory}/`;
      const within = files
        .filter(({ name }) => name.startsWith(start))
        .map((file) => ({ ...file, name: file.name.slice(start.length) }));
      const skipped = within.filter(({ name }) => isLeftOut(name)).map(({ name }) => name);
      return Promise.resolve(
        gathered(
          within.filter(({ name }) => !isLeftOut(name)),
          skipped,
        ),
      );
    },
    gatherFile(path) {
      const name = path.slice(path.lastIndexOf('/') + 1);
      const found = files.filter((file) => file.name === path).map((file) => ({ ...file, name }));
      return Promise.resolve(gathered(found, []));
    },
    label: (path) => `gs://${bucket}/${prefix}${path}`.replace(/\/$/, ''),
  };
}

function toFile(bucket: string, object: StoredObject, name: string): ArtifactFile {
  return {
    name,
    bytes: object.bytes,
    source: { kind: 'object', bucket, name: object.name },
    crc32c: object.crc32c,
  };
}
