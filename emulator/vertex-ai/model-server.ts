import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeptModel } from '../trained-model/kept-model.ts';
import { loadModel } from '../trained-model/load-check.ts';
import type { Runtime } from '../trained-model/load-check.ts';
import type { Framework } from '../trained-model/model-directory.ts';
import type { PrebuiltImage } from './prebuilt-images.ts';
import type { VersionRecord } from './state.ts';

/** What came of starting the server of a model. */
export type Started =
  /** It serves; the emulator runs the framework, or nothing at all. */
  | { readonly framework: Framework | undefined }
  /** It exited, for this reason. */
  | { readonly exited: string }
  /** It runs, and never answers a health check. */
  | { readonly neverReady: string };

/**
 * Says what starting the server of a version comes to. A prebuilt container loads the model; of a custom
 * one, which the emulator cannot run, only commands are known whose end is certain in every image:
 * `false`, `true` and `exit` end at once, `sleep` never answers.
 */
export async function startServer({ kept, image, fields }: VersionRecord): Promise<Started> {
  if (image === undefined) {
    const [command = '', ...rest] = fields.containerSpec?.command ?? [];
    const line = [command, ...rest].join(' ');
    const program = command.split('/').at(-1) ?? '';
    if (['false', 'true', 'exit'].includes(program)) return { exited: `"${line}" has ended.` };
    if (program === 'sleep') return { neverReady: `"${line}" does not listen on AIP_HTTP_PORT.` };
    return { framework: undefined };
  }
  if (kept === undefined) return { framework: undefined };
  if (image.framework === 'pytorch') return startTorchServe(kept);
  const loaded = await loadModel(kept, runtimeOf(image, image.framework));
  return 'problem' in loaded ? { exited: loaded.problem } : loaded;
}

/** TorchServe runs archives, which are ZIP files. The emulator can only look at the first bytes. */
async function startTorchServe({ path, directory }: KeptModel): Promise<Started> {
  const [file = ''] = directory.modelFiles;
  const bytes = await readFile(join(path, file));
  const isArchive = bytes.subarray(0, 4).toString('latin1') === 'PK\x03\x04';
  return isArchive
    ? { framework: undefined }
    : { exited: `${file} is not a model archive that torch-model-archiver has written.` };
}

/**
 * What the image has installed, as far as loading asks. Pythons and numpys of the images are not
 * documented: images made to match the last runtime of AI Platform have its Python 3.7, later ones are
 * taken to read every pickle, and from scikit-learn 1.5 on arrays of numpy 2.
 */
function runtimeOf(
  image: PrebuiltImage,
  framework: 'tensorflow' | 'scikit-learn' | 'xgboost',
): Runtime {
  const [major = 0, minor = 0] = image.version.split('.').map(Number);
  const isFrom = (wanted: number, least: number): boolean =>
    major > wanted || (major === wanted && minor >= least);
  const isOld = framework === 'scikit-learn' ? !isFrom(1, 2) : !isFrom(1, 7);
  return {
    name: image.name,
    framework: frameworkNames[framework],
    python: isOld ? '3.7' : '3.10',
    pickleProtocol: isOld ? 4 : 5,
    boosterForms: [
      'binary' as const,
      ...(isFrom(1, 0) ? ['json' as const] : []),
      ...(isFrom(1, 6) ? ['ubjson' as const] : []),
    ],
    scikitLearn: framework === 'scikit-learn' ? image.version : undefined,
    hasNumpy2: framework === 'scikit-learn' && isFrom(1, 5),
    hasOtherPackages: false,
  };
}

const frameworkNames = {
  tensorflow: 'TENSORFLOW',
  'scikit-learn': 'SCIKIT_LEARN',
  xgboost: 'XGBOOST',
} as const;
