import { Failure } from '../failure.ts';
import { isJsonObject, plainWords } from '../json.ts';
import type { Json, JsonObject } from '../world.ts';

const LARGEST_ANSWER_BYTES = 16 * 1024 * 1024;

/** The text of an answer. @throws Failure `internal` when it is over 16 MiB. */
export async function textOf(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > LARGEST_ANSWER_BYTES) {
      throw new Failure({
        code: 'internal',
        what: 'An answer of the service was too large to read.',
        why: `It is over ${LARGEST_ANSWER_BYTES} bytes.`,
        next: 'Check what the base URL of the service points at.',
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Models answer numbers that are none, which some containers write as Python does, and JSON does not have. */
export function notJson(httpStatus: number, text: string): string {
  return /[[\s:,]-?(?:NaN|Infinity)[\s,\]}]/.test(text)
    ? `The answer with status ${httpStatus} holds NaN or Infinity, which JSON does not have.`
    : `The answer with status ${httpStatus} is not a JSON object.`;
}

/** The HTTP status of a refusal that came with a 2xx, as some proxies send it; an operation's own error has another code. */
export function statusInside({ error }: JsonObject): number | undefined {
  const code = isJsonObject(error) ? error['code'] : undefined;
  return typeof code === 'number' && code >= 400 && code < 600 ? code : undefined;
}

/** Reads a refusal in Google's shapes: `{error: {status, message, details}}`, `{error: "text"}`, or plain text. */
export function refusalOf(
  json: Json | undefined,
  text: string,
): { status?: string; serverMessage: string; details?: readonly unknown[] } {
  const error = isJsonObject(json) ? json['error'] : undefined;
  if (typeof error === 'string') return { serverMessage: error };
  if (!isJsonObject(error)) return { serverMessage: plainWords(text) };
  const { status, message, details, errors } = error;
  return {
    serverMessage: typeof message === 'string' ? message : plainWords(text),
    ...(typeof status === 'string' ? { status } : {}),
    details: [...listOf(details), ...listOf(errors)],
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
