import type { ArtifactFile, SavedModelInfo } from './artifact.ts';
import { Malformed, type ObjectReader, withBytes } from './byte-source.ts';
import { frameworkNames } from './framework-names.ts';
import type { Expected, Inspection } from './inspect.ts';
import { isLfsPointer, lfsPointer } from './lfs-pointer.ts';
import { judgeOps } from './notable-ops.ts';
import { type Problem, list, quote } from './problem.ts';
import { readSavedModel } from './saved-model.ts';
import { checkVariables } from './variables.ts';

/** Inspects the SavedModel whose marker is `file` and whose directory holds `files`. */
export async function inspectSavedModel(
  file: ArtifactFile,
  files: readonly ArtifactFile[],
  { framework, custom }: Expected,
  objects: ObjectReader,
): Promise<Inspection> {
  const problems: Problem[] = [];
  const remarks: string[] = [];
  const warnings: string[] = [];
  let savedModel: SavedModelInfo | undefined;
  let frameworkVersion: string | undefined;
  if (framework !== undefined && framework !== 'TENSORFLOW' && !custom) {
    problems.push({
      what: `It is a TensorFlow SavedModel, but the input framework says ${frameworkNames[framework]}.`,
      next: 'Drop the input framework: it is read from the model.',
    });
  }
  try {
    const read = await withBytes(file, objects, async (bytes) => {
      const head = await bytes.read(0, 1024 * 1024);
      if (isLfsPointer(head)) problems.push(lfsPointer(file.name));
      else if (file.name.endsWith('.pbtxt')) return { text: head.toString('utf8') };
      else return readSavedModel(bytes);
      return undefined;
    });
    if (read && 'text' in read) {
      frameworkVersion = /^\s*tensorflow_version:\s*"([^"]*)"/m.exec(read.text)?.[1];
      warnings.push(
        `${quote(file.name)} is a text file: its tags, signatures and operations were not checked.`,
      );
    } else if (read) {
      savedModel = read.info;
      frameworkVersion = read.info.tensorflowVersion;
      if (!read.complete) {
        warnings.push(
          `${quote(file.name)} is too large to fetch all of it from Cloud Storage: its signatures and operations were not checked.`,
        );
      } else if (!custom) {
        problems.push(...servingProblems(read.info, file.name));
        const { ops } = read.info;
        if (ops === undefined) {
          warnings.push(
            `The graph in ${quote(file.name)} is too large to be read here: its operations were not checked.`,
          );
        } else {
          const hasAssets = files.some(({ name }) => name.startsWith('assets/'));
          const judged = judgeOps(ops, hasAssets);
          warnings.push(...judged.warnings);
          remarks.push(...judged.remarks);
        }
      }
    }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    problems.push({
      what: `${quote(file.name)} cannot be loaded. ${error.message}`,
      next: 'Check that the export ended well and that the whole file was downloaded.',
    });
  }
  if (!custom) problems.push(...(await checkVariables(files, objects)));
  return {
    kind: 'saved-model',
    framework: 'TENSORFLOW',
    frameworkVersion,
    marker: file.name,
    ...(savedModel && { savedModel }),
    rename: undefined,
    problems,
    remarks,
    warnings,
  };
}

/** The servers load the graph whose tags are exactly `serve`, and refuse one without a signature. */
function servingProblems({ tagSets, signatures }: SavedModelInfo, name: string): Problem[] {
  const exact = tagSets.some((tags) => tags.length === 1 && tags[0] === 'serve');
  if (!exact) {
    const sets = tagSets.map((tags) => tags.join(', ') || '(no tag)');
    return [
      {
        what: `No graph in ${quote(name)} has the one tag \`serve\`, by which it is loaded; there is ${list(sets)}.`,
        next: 'Export it for serving: `tf.saved_model.save(model, directory)`.',
      },
    ];
  }
  return signatures.length > 0
    ? []
    : [
        {
          what: `${quote(name)} has no signature, so no prediction can be asked of it and no server loads it.`,
          next: 'Export it with one: `tf.saved_model.save(model, directory, signatures={"serving_default": function})`, or `model.export(directory)` in Keras.',
        },
      ];
}
