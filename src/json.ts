import type { Json, JsonObject } from './world.ts';

/** Whether a value is a JSON object: neither `null` nor a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value that a text holds, after a byte order mark as well (RFC 8259, section 8.1); `undefined` when it is no JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text) as Json;
  } catch {
    return undefined;
  }
}

/** As much of an answer is read as holds the words of a page; its pictures and styles may be much longer. */
const MOST_CHARACTERS = 32_000;

/** The words of an answer that should have been JSON, such as the HTML page of a proxy. */
export function plainWords(text: string): string {
  const words = text
    .slice(0, MOST_CHARACTERS)
    .replace(/<(style|script)[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^<>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return words === '' ? 'The answer had no text.' : words.slice(0, 1000);
}
