import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { GoogleError } from '../google-error.ts';
import type { Framework } from './model-directory.ts';
import { plainRefusal } from '../google-api/refusal.ts';

/** A stored model and what it is asked. */
export interface PythonPrediction {
  /** Python to run. */
  readonly python: string;
  /** Directory on disk with the model's files. */
  readonly directory: string;
  readonly framework: Framework;
  readonly signatureName: string | undefined;
  /** Whether the only output of a signature comes without its name, as containers of Vertex AI answer. */
  readonly bareOutputs: boolean;
  readonly instances: readonly unknown[];
}

/** What the model said, or its own error. */
export type PythonAnswer = { readonly predictions: unknown } | { readonly error: string };

const script = fileURLToPath(new URL('../../python/local_predict.py', import.meta.url));
const frameworkNames: Readonly<Record<Framework, string>> = {
  TENSORFLOW: 'tensorflow',
  SCIKIT_LEARN: 'scikit-learn',
  XGBOOST: 'xgboost',
};
const mostMilliseconds = 120_000;

/**
 * Runs a stored model with `python/local_predict.py`. Where that Python, or the framework in it, is
 * missing, throws 501 UNIMPLEMENTED that says what to install: nothing is ever made up.
 */
export async function predictWithPython(prediction: PythonPrediction): Promise<PythonAnswer> {
  const { python, directory, framework, signatureName, bareOutputs, instances } = prediction;
  const { status, output, complaint } = await run(
    python,
    [
      script,
      ...['--model-directory', directory],
      ...['--framework', frameworkNames[framework]],
      ...(signatureName === undefined ? [] : ['--signature-name', signatureName]),
      ...(bareOutputs ? ['--bare-outputs'] : []),
    ],
    JSON.stringify({ instances }),
  );
  const answer = parseObject(output);
  if (status === 0 && 'predictions' in answer) return { predictions: answer['predictions'] };
  if (status === 1 && typeof answer['error'] === 'string') return { error: answer['error'] };
  if (status === 3) {
    throw plainRefusal(
      'UNIMPLEMENTED',
      `The emulator predicts with the real model only, and the module ${String(answer['missing'])} is not installed in its Python (${python}). Install it there (${python} -m pip install ${frameworkNames[framework]}), or start the emulator with a Python that has it.`,
    );
  }
  throw new GoogleError({
    httpStatus: 500,
    message: `The emulator could not run ${python} ${script}: exit status ${status ?? 'none, a signal ended it'}. ${complaint.trim().split('\n').at(-1) ?? ''}`,
  });
}

async function run(
  python: string,
  commandLine: readonly string[],
  input: string,
): Promise<{ status: number | null; output: string; complaint: string }> {
  const signal = AbortSignal.timeout(mostMilliseconds);
  const child = spawn(python, commandLine, { signal, windowsHide: true });
  // A Python that ends before it has read its input.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  try {
    const [output, complaint, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number | null]>,
    ]);
    return { status, output, complaint };
  } catch (error) {
    if (signal.aborted) {
      throw new GoogleError({
        httpStatus: 504,
        message: `The model did not answer within ${mostMilliseconds / 1000} s.`,
      });
    }
    throw plainRefusal(
      'UNIMPLEMENTED',
      `The emulator predicts with the real model only, and its Python (${python}) could not be started: ${(error as Error).message}. Install Python, or start the emulator with one that is there.`,
    );
  }
}

function parseObject(output: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(output);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
