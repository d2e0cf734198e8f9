import { spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Artifact } from '../artifact/artifact.ts';
import { Failure } from '../failure.ts';
import { isJsonObject, parseJson } from '../json.ts';
import type { Framework, ProofRequest } from '../request/deploy-request.ts';
import type { Environment, Json, JsonObject, World } from '../world.ts';
import { judge } from './judge.ts';
import { outputsOf } from './online-predict.ts';

/** Frameworks as `python/local_predict.py` and pip call them. */
const PACKAGES: Readonly<Record<Framework, string>> = {
  TENSORFLOW: 'tensorflow',
  SCIKIT_LEARN: 'scikit-learn',
  XGBOOST: 'xgboost',
};

/** What a Python needs of the environment to find itself; a model's code is shown nothing else of it. */
const PASSED_ON =
  /^(?:PATH|HOME|USERPROFILE|APPDATA|LOCALAPPDATA|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|TEMP|TMP|TMPDIR|LANG|LC_\w+|VIRTUAL_ENV|CONDA_\w+|PYTHON\w*|PYENV_\w+|LD_LIBRARY_PATH|DYLD_\w+|\w*_NUM_THREADS|CUDA_\w+)$/i;

const LONGEST_MILLISECONDS = 15 * 60_000;

/** What is run where: seams of the test instances' way through the model on the runner. */
export interface LocalPython {
  /** `python/local_predict.py` of this action. */
  readonly script: string;
  /** Programs to try, in order. */
  readonly programs: readonly string[];
}

/**
 * Runs the test instances through the model on the runner's own Python, before anything is uploaded, and
 * judges the predictions. Loading a model can run code that is in it: that Python sees nothing of the job's
 * secrets in its environment.
 *
 * @throws Failure `invalid-input` when Python or the framework is missing; `verification` when the model
 *   does not load, refuses the instances, or answers what was not expected.
 */
export async function predictLocally(
  artifact: Artifact,
  framework: Framework,
  proof: ProofRequest,
  python: LocalPython,
  world: World,
): Promise<readonly Json[]> {
  const directory = await mkdtemp(join(tmpdir(), 'model-'));
  try {
    await layOut(artifact, directory);
    const words = [
      python.script,
      ...['--model-directory', directory],
      ...['--framework', PACKAGES[framework]],
      ...(proof.signatureName === undefined ? [] : ['--signature-name', proof.signatureName]),
    ];
    const { answer, program } = await runFirst(python.programs, words, proof.instances, world);
    return conclude(answer, program, artifact, framework, proof);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The files under the names that they are served with. */
async function layOut({ files }: Artifact, directory: string): Promise<void> {
  for (const { name, source } of files) {
    if (source.kind !== 'local') continue;
    const path = join(directory, ...name.split('/'));
    await mkdir(dirname(path), { recursive: true });
    // Windows lets not everybody make links.
    await symlink(source.path, path).catch(() => copyFile(source.path, path));
  }
}

interface Ran {
  readonly answer: JsonObject;
  readonly program: string;
}

async function runFirst(
  programs: readonly string[],
  words: readonly string[],
  instances: readonly Json[],
  world: World,
): Promise<Ran> {
  for (const program of programs) {
    const ran = await run(program, words, JSON.stringify({ instances }), world);
    if (ran !== undefined) return { answer: ran, program };
  }
  throw new Failure({
    code: 'invalid-input',
    what: 'local_predict cannot run: there is no Python on this runner.',
    why: `None of ${programs.join(', ')} can be started.`,
    next: 'Set up Python in a step before (actions/setup-python) and install the framework of the model, or drop the input local_predict.',
  });
}

/** The document that the program wrote; `undefined` when there is no such program. */
async function run(
  program: string,
  words: readonly string[],
  input: string,
  world: World,
): Promise<JsonObject | undefined> {
  const signal = AbortSignal.any([world.signal, AbortSignal.timeout(LONGEST_MILLISECONDS)]);
  const child = spawn(program, words, {
    signal,
    windowsHide: true,
    env: { ...visible(world.environment), TF_CPP_MIN_LOG_LEVEL: '2' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // A Python that ends before it has read its input.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const ended = new Promise<number | string | null>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? error.message);
    });
    child.once('close', (status) => {
      resolve(status);
    });
  });
  const [output, complaint, status] = await Promise.all([
    text(child.stdout).catch(() => ''),
    text(child.stderr).catch(() => ''),
    ended,
  ]);
  world.signal.throwIfAborted();
  if (status === 'ENOENT') return undefined;
  if (complaint !== '') world.log.debug(complaint);
  const answer = parseJson(output);
  if (isJsonObject(answer)) return answer;
  const last = complaint.trim().split('\n').at(-1);
  const why = signal.aborted
    ? `It did not end within ${LONGEST_MILLISECONDS / 60_000} minutes.`
    : `It ended with ${String(status)} and no answer${last === undefined || last === '' ? '' : `; its last words: ${last}`}.`;
  return { crashed: why };
}

function visible(environment: Environment): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => PASSED_ON.test(name)));
}

function conclude(
  answer: JsonObject,
  program: string,
  artifact: Artifact,
  framework: Framework,
  proof: ProofRequest,
): readonly Json[] {
  const { missing, reason, error, crashed, predictions } = answer;
  if (typeof missing === 'string') {
    const known = missing === PACKAGES[framework] ? artifact.frameworkVersion : undefined;
    const minor = /^\d+\.\d+/.exec(known ?? '')?.[0];
    const wanted = `${missing}${minor === undefined ? '' : `==${minor}.*`}`;
    throw new Failure({
      code: 'invalid-input',
      what: `local_predict cannot run: the Python of this runner lacks ${missing}.`,
      why: `${program} says: ${typeof reason === 'string' ? reason : ''}`,
      next: `Install it in a step before: \`${program} -m pip install '${wanted}'\`, or drop the input local_predict.`,
    });
  }
  const refusal = error ?? crashed;
  if (refusal !== undefined) {
    throw failed([typeof refusal === 'string' ? refusal : JSON.stringify(refusal)], artifact);
  }
  const { problems } = judge(predictions, proof, outputsOf(proof, artifact));
  if (problems.length > 0) throw failed(problems, artifact);
  return predictions as readonly Json[];
}

function failed(problems: readonly string[], { chosen }: Artifact): Failure {
  return new Failure({
    code: 'verification',
    what: `The model in ${chosen} fails its proof on this runner; nothing was created.`,
    why: problems.length === 1 ? (problems[0] ?? '') : 'Several things are wrong:',
    ...(problems.length > 1 && { reasons: problems }),
    next: 'Compare the model and the instances with those of the training, or correct test_instances, expected_predictions or tolerance.',
  });
}
