import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { isJsonObject, parseJson } from '../json.ts';
import { isOneSlip } from '../nearest-name.ts';
import type { Json, JsonObject } from '../world.ts';
import { Problem, quoted } from './problem.ts';

/** Largest body of a prediction request (AI Platform and Vertex AI, "Online prediction", limits). */
const MOST_BYTES = 1.5 * 1000 * 1000;

/**
 * Instances or predictions as people keep them: a JSON array, an object with the array under `key`, JSON
 * lines, or lines of text; inline, or in a file whose path starts at the workspace.
 *
 * @param key `instances` or `predictions`, as in the bodies of the services.
 */
export function readInstances(
  given: string,
  key: 'instances' | 'predictions',
  workspace: string,
): readonly Json[] {
  const text = readIfPath(given, workspace) ?? given;
  if (Buffer.byteLength(text) > MOST_BYTES) throw tooLarge(Buffer.byteLength(text));
  const values = parse(text.trim(), key);
  if (values.length === 0) throw new Problem(`must hold at least one of the ${key}.`);
  const bytes = Buffer.byteLength(JSON.stringify({ [key]: values }));
  if (bytes > MOST_BYTES) throw tooLarge(bytes);
  return values;
}

function parse(text: string, key: string): readonly Json[] {
  const whole = parseJson(text);
  if (Array.isArray(whole)) return whole as readonly Json[];
  if (isJsonObject(whole) && key in whole) {
    const list = whole[key];
    if (Array.isArray(list)) return list as readonly Json[];
    throw new Problem(`must have a JSON array in "${key}".`);
  }
  if (key === 'instances' && isJsonObject(whole)) refuseSlip(whole, key);
  if (whole !== undefined) return [whole];
  const lines = text
    .split(/\r?\n/)
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== '');
  const values = lines.map(({ line }) => parseJson(line));
  if (values.every((value) => value !== undefined)) return values;
  // Broken JSON is not meant as text, which a model would then be asked about.
  const broken = lines.find(
    ({ line }, index) => values[index] === undefined && /^[[{"]/.test(line),
  );
  if (broken !== undefined) {
    throw new Problem(
      `must be a JSON array, {"${key}": […]}, JSON lines or lines of text; line ${broken.number} is JSON that does not end or is not spelled right${lines.length === 1 ? '' : `: ${quoted(broken.line)}`}.`,
    );
  }
  return lines.map(({ line }) => line);
}

/** An object with nothing but a list under nearly this key is the body of a request, with a slip. */
function refuseSlip(whole: JsonObject, key: string): void {
  const [[name, list] = [''], another] = Object.entries(whole);
  if (another !== undefined || !Array.isArray(list) || !isOneSlip(name, key)) return;
  throw new Problem(
    `has ${quoted(name)} where "${key}" belongs; did you mean {"${key}": […]}? A single instance with such a field goes into a list: [{${quoted(name)}: […]}].`,
  );
}

/** The contents of a file, if the text is one line that names one; any other text is meant as it is. */
function readIfPath(given: string, workspace: string): string | undefined {
  if (/[\r\n\0]/.test(given) || parseJson(given) !== undefined || given.length > 4096) {
    return undefined;
  }
  const path = resolve(workspace, given);
  try {
    const found = statSync(path);
    if (!found.isFile()) return undefined;
    if (found.size > MOST_BYTES) throw tooLarge(found.size);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (/\.(?:json|jsonl|ndjson|txt)$/i.test(given)) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
      throw new Problem(
        `looks like the path of a file, and ${quoted(path)} cannot be read (${code}).`,
      );
    }
    return undefined;
  }
}

function tooLarge(bytes: number): Problem {
  return new Problem(
    `must be at most ${MOST_BYTES} bytes, as the service takes them in one request; it is ${bytes}.`,
  );
}
