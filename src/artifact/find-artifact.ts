import type { DeployRequest } from '../request/deploy-request.ts';
import type { Artifact, ArtifactFile } from './artifact.ts';
import { type ObjectReader, withBytes } from './byte-source.ts';
import {
  type Choice,
  type Chosen,
  type Search,
  chooseExport,
  chooseModel,
} from './choose-model.ts';
import { type Source, findSource } from './find-source.ts';
import { type Inspection, inspect } from './inspect.ts';
import { type ModelFile, readModelFile } from './model-file.ts';
import { gatherPackages } from './package-files.ts';
import { type Problem, artifactFailure, quote } from './problem.ts';
import { parseTimestamp } from './timestamp.ts';
import { type Tree, below, byteOrder } from './tree.ts';

export type { ObjectReader } from './byte-source.ts';

/** What of a request says where the model is and what it should be. */
export type ArtifactRequest = Pick<
  DeployRequest,
  'source' | 'platform' | 'framework' | 'predictionClass' | 'image' | 'packageFiles' | 'run'
>;

/**
 * Finds the trained model that `source` points at and says what it is, proven from its bytes; nothing
 * of it is executed, and nothing is changed. Throws `Failure`: `invalid-input` when the path itself is
 * wrong, else `artifact` with all that is wrong with the model. Refused reads are `ServiceError`.
 */
export async function findArtifact(
  request: ArtifactRequest,
  objects: ObjectReader,
): Promise<Artifact> {
  const { tree, start } = await findSource(request.source, request.run, objects);
  const custom = request.image !== undefined || request.predictionClass !== undefined;
  const look = (file: ArtifactFile): Promise<ModelFile> =>
    withBytes(file, objects, (bytes) => readModelFile(file.name, bytes));
  const search: Search = {
    tree,
    custom,
    async look(path) {
      const { files, problems } = await tree.gatherFile(path);
      const [file] = files;
      const problem = problems[0] ?? { what: `${quote(path)} cannot be read.`, next: '' };
      return file ? look(file) : { kind: 'refused', problem };
    },
  };
  const { choice, remarks } = await choose(start, search);
  const alone = choice.kind === 'model-file' && choice.alone;
  const gathered = alone
    ? await tree.gatherFile(below(choice.directory, choice.file))
    : await tree.gather(choice.directory);
  const inspection = await inspect(
    choice,
    gathered.files,
    { framework: request.framework, custom, platform: request.platform },
    objects,
    look,
  );
  const packages = await gatherPackages(request.packageFiles, request.run, objects);
  const files = [...renamed(gathered.files, inspection), ...packages.files].sort(byteOrder);
  const chosen = tree.label(alone ? below(choice.directory, choice.file) : choice.directory);
  const problems = distinct([
    ...gathered.problems,
    ...inspection.problems,
    ...packages.problems,
    ...nameClashes(files),
    ...(gathered.problems.length === 0 && lacksModel(gathered.files, choice)
      ? [nothingToDeploy()]
      : []),
  ]);
  if (problems.length > 0) throw artifactFailure(chosen, problems);

  const { rename, marker, savedModel, pickle, booster, ...found } = inspection;
  const deployable =
    tree.place === 'cloud-storage' &&
    rename === undefined &&
    packages.files.length === 0 &&
    (!alone || (await servesAsItIs(tree, choice.directory, marker)));
  return {
    kind: found.kind,
    chosen,
    place: tree.place,
    ...(deployable && { deployableUri: `${tree.label(choice.directory)}/` }),
    framework: found.framework,
    frameworkVersion: found.frameworkVersion,
    exportTimestamp: timestampOf(tree.label(choice.directory)),
    files,
    marker,
    totalBytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    ...(savedModel && { savedModel }),
    ...(pickle && { pickle }),
    ...(booster && { booster }),
    remarks: [...remarks, ...gathered.remarks, ...found.remarks],
    warnings: [...gathered.warnings, ...found.warnings],
  };
}

async function choose(start: Source['start'], search: Search): Promise<Chosen> {
  if (start.kind === 'directory') return chooseModel(search, '');
  if (start.kind === 'exports') return chooseExport(search, '', start.names);
  return {
    choice: { kind: 'model-file', directory: '', file: start.path, alone: true },
    remarks: [],
  };
}

function renamed(files: readonly ArtifactFile[], { rename }: Inspection): readonly ArtifactFile[] {
  if (!rename) return files;
  return files.map((file) => (file.name === rename.from ? { ...file, name: rename.to } : file));
}

function nameClashes(files: readonly ArtifactFile[]): Problem[] {
  return files
    .filter(({ name }, index) => files[index + 1]?.name === name)
    .map(({ name }) => ({
      what: `Two files would be uploaded as ${quote(name)}.`,
      next: 'Remove or rename one of them.',
    }));
}

/** Whether what was chosen may not be deployed, such as a file that holds credentials. */
function lacksModel(files: readonly ArtifactFile[], choice: Choice): boolean {
  if (choice.kind === 'directory') return files.length === 0;
  return !files.some(({ name }) => name === choice.file);
}

function nothingToDeploy(): Problem {
  return {
    what: 'It holds no file that can be deployed: it is empty, or all of it is hidden or holds credentials.',
    next: 'Check the step that writes the model.',
  };
}

/** The same fault is told once, by whichever room saw it first. */
function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [problem.what, problem])).values()];
}

/** Whether a service that is given the directory would find this file in it, and no other model. */
async function servesAsItIs(
  tree: Tree,
  directory: string,
  marker: string | undefined,
): Promise<boolean> {
  const models = (await tree.entries(directory)).filter(({ name }) =>
    /^(?:model\.(?:joblib|pkl|bst)|saved_model\.pb(?:txt)?)$/.test(name),
  );
  return models.length === 1 && models[0]?.name === marker;
}

function timestampOf(label: string): string | undefined {
  return parseTimestamp(label.slice(label.lastIndexOf('/') + 1))?.name;
}
