import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Composer, isAlias, isMap, isScalar, isSeq, Parser } from 'yaml';
import type { Alias, CST, Document, Node, YAMLMap } from 'yaml';
import type { Json, JsonObject } from '../world.ts';
import { Problem, quoted } from './problem.ts';

/** Far more than the resource has room for, and little enough that no text of it takes a second to refuse. */
const MOST_BYTES = 64 * 1024;
const DEEPEST = 64;
const MOST_ALIASES = 100;
/** Of the text, and again of what comes out, because aliases repeat what they point at. */
const MOST_PARTS = 10_000;
const FORBIDDEN_KEYS: readonly string[] = ['__proto__', 'constructor', 'prototype'];

/**
 * Fields of the platform's own resource from YAML or JSON, inline or in a file whose path starts at
 * the workspace. A mapping of JSON values, without repeated keys. Which fields exist is not asked here.
 */
export function readVersionConfig(given: string, workspace: string): JsonObject {
  return looksLikePath(given)
    ? parseVersionConfig(readConfigFile(given, workspace))
    : parseVersionConfig(given);
}

/** One line that is no mapping can only be meant as a path. */
function looksLikePath(given: string): boolean {
  return !/[\r\n]/.test(given) && !/^[[{]|:(\s|$)/.test(given);
}

function readConfigFile(given: string, workspace: string): string {
  const path = resolve(workspace, given);
  try {
    const found = statSync(path);
    if (!found.isFile()) throw new Problem(`must name a file; ${quoted(path)} is not one.`);
    if (found.size > MOST_BYTES) throw tooLarge(found.size);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Problem) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new Problem(
      `must be a YAML or JSON mapping, or the path of a file with one; ${quoted(given)} is neither (${code} in the workspace).`,
    );
  }
}

function parseVersionConfig(given: string): JsonObject {
  const bytes = Buffer.byteLength(given);
  if (bytes > MOST_BYTES) throw tooLarge(bytes);
  const tokens = [...new Parser().parse(given)];
  checkSize(tokens);
  // Repeated keys are found below: the composer's own search takes time that grows with their square.
  const options = { uniqueKeys: false, logLevel: 'error', prettyErrors: false } as const;
  const [document, another] = new Composer(options).compose(tokens, true, given.length);
  if (document === undefined || another !== undefined) {
    throw new Problem('must be one YAML or JSON document, not several.');
  }
  const wrong = document.errors[0] ?? document.warnings[0];
  if (wrong !== undefined) {
    const line = given.slice(0, wrong.pos[0]).split('\n').length;
    throw new Problem(`must be YAML 1.2 or JSON; in line ${line}: ${wrong.message}.`);
  }
  if (!isMap(document.contents)) {
    throw new Problem('must be a mapping of fields, not a list or text.');
  }
  return new Conversion(document).object(document.contents, 1);
}

/** Counts and measures before anything recursive, or that tells each of many errors, sees the text. */
function checkSize(tokens: readonly CST.Token[]): void {
  const open = tokens.map((token) => ({ token, depth: 0 }));
  let parts = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next;
    if (depth > DEEPEST) throw tooDeep();
    if (token.type === 'document' && token.value) open.push({ token: token.value, depth });
    if (!('items' in token)) continue;
    for (const { start, key, sep, value } of token.items) {
      parts += 1 + start.length + (sep?.length ?? 0);
      if (parts > MOST_PARTS) throw tooMany();
      if (key) open.push({ token: key, depth: depth + 1 });
      if (value) open.push({ token: value, depth: depth + 1 });
    }
  }
}

/** Turns parsed YAML into JSON, counting what it makes. */
class Conversion {
  readonly #document: Document;
  #values = 0;
  #aliases = 0;

  constructor(document: Document) {
    this.#document = document;
  }

  object(map: YAMLMap, depth: number): JsonObject {
    const fields = new Map<string, Json>();
    for (const { key, value } of map.items) {
      const name: unknown = isScalar(key) ? key.value : undefined;
      if (typeof name !== 'string') throw new Problem('must have text as the key of every field.');
      if (FORBIDDEN_KEYS.includes(name)) {
        throw new Problem(`must not have a field ${quoted(name)}.`);
      }
      if (fields.has(name)) {
        throw new Problem(`must name each field once; ${quoted(name)} is there twice.`);
      }
      fields.set(name, this.#value(value as Node | null, depth + 1));
    }
    return Object.fromEntries(fields);
  }

  #value(node: Node | null, depth: number): Json {
    if (depth > DEEPEST) throw tooDeep();
    this.#values += 1;
    if (this.#values > MOST_PARTS) throw tooMany();
    if (isAlias(node)) return this.#value(this.#target(node), depth);
    if (isMap(node)) return this.object(node, depth);
    if (isSeq(node)) return node.items.map((item) => this.#value(item as Node | null, depth + 1));
    return isScalar(node) ? scalar(node.value) : null;
  }

  #target(alias: Alias): Node {
    this.#aliases += 1;
    if (this.#aliases > MOST_ALIASES) {
      throw new Problem(`must use at most ${MOST_ALIASES} aliases.`);
    }
    const target = alias.resolve(this.#document);
    if (target !== undefined) return target;
    throw new Problem(`must not repeat *${alias.source}, which is nowhere.`);
  }
}

function scalar(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) {
    if (!Number.isInteger(value) || Number.isSafeInteger(value)) return value;
    throw new Problem(
      'must write whole numbers above 2^53 in quotes, as the API takes 64-bit numbers.',
    );
  }
  throw new Problem('must hold only values that JSON has: no infinity, no NaN.');
}

function tooLarge(bytes: number): Problem {
  return new Problem(`must be at most ${MOST_BYTES} bytes; it is ${bytes}.`);
}

function tooMany(): Problem {
  return new Problem(`must hold at most ${MOST_PARTS} keys, values and marks between them.`);
}

function tooDeep(): Problem {
  return new Problem(`must be nested at most ${DEEPEST} levels deep.`);
}
