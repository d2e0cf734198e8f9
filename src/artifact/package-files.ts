import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { RunContext } from '../request/deploy-request.ts';
import type { ArtifactFile } from './artifact.ts';
import { type ObjectReader, withBytes } from './byte-source.ts';
import { isWithin, realPath } from './follow-link.ts';
import { isLfsPointer, lfsPointer } from './lfs-pointer.ts';
import { type Problem, quote } from './problem.ts';

/**
 * The source distributions of the input `package_files`: local ones become files of the artifact,
 * named `packages/<basename>`; those in Cloud Storage stay where they are and are only looked up.
 */
export async function gatherPackages(
  packageFiles: readonly string[],
  run: RunContext,
  objects: ObjectReader,
): Promise<{ files: readonly ArtifactFile[]; problems: readonly Problem[] }> {
  const files: ArtifactFile[] = [];
  const problems: Problem[] = [];
  const names = new Set<string>();
  for (const given of packageFiles) {
    const basename = given.slice(Math.max(given.lastIndexOf('/'), given.lastIndexOf(path.sep)) + 1);
    if (!/^[^/]+\.tar\.gz$/.test(basename)) {
      problems.push({
        what: `${quote(given)} in package_files is no source distribution, whose name ends with \`.tar.gz\`.`,
        next: 'Build it with `python -m build --sdist`; wheels are not taken.',
      });
      continue;
    }
    if (names.has(basename)) {
      problems.push({
        what: `Two entries of package_files are called ${quote(basename)}, and would be one object.`,
        next: 'Give each package once.',
      });
      continue;
    }
    names.add(basename);
    const found = await (given.startsWith('gs://')
      ? findObject(given, basename, objects)
      : findLocal(given, basename, run));
    const problem =
      found &&
      (await withBytes(found, objects, async (bytes) => {
        const head = await bytes.read(0, 64);
        if (isLfsPointer(head)) return lfsPointer(given);
        if (head[0] === 0x1f && head[1] === 0x8b) return undefined;
        return {
          what: `${quote(given)} in package_files is not compressed with gzip, whatever its name says.`,
          next: 'Build it with `python -m build --sdist`.',
        };
      }));
    if (!found) {
      problems.push({
        what: `There is no file ${quote(given)}, which package_files names.`,
        next: 'Check the path; relative ones start in the workspace and stay in it.',
      });
    } else if (problem) problems.push(problem);
    else if (found.source.kind === 'local') files.push(found);
  }
  return { files, problems };
}

async function findLocal(
  given: string,
  basename: string,
  run: RunContext,
): Promise<ArtifactFile | undefined> {
  const real = await realPath(path.resolve(run.workspace, given));
  const workspace = path.isAbsolute(given) ? undefined : await realPath(run.workspace);
  if (real === undefined || (workspace !== undefined && !isWithin(workspace, real))) {
    return undefined;
  }
  const stats = await stat(real);
  if (!stats.isFile()) return undefined;
  return {
    name: `packages/${basename}`,
    bytes: stats.size,
    source: { kind: 'local', path: real },
  };
}

async function findObject(
  uri: string,
  basename: string,
  objects: ObjectReader,
): Promise<ArtifactFile | undefined> {
  const [bucket = '', ...parts] = uri.slice('gs://'.length).split('/');
  const name = parts.join('/');
  const object = (await objects.list(bucket, name)).find((candidate) => candidate.name === name);
  if (!object) return undefined;
  return {
    name: `packages/${basename}`,
    bytes: object.bytes,
    source: { kind: 'object', bucket, name },
    crc32c: object.crc32c,
  };
}
