/** A booster as `Booster.save_model` writes it. */
export interface XgboostModel {
  readonly format: 'binary' | 'JSON' | 'UBJSON';
  /** `1.6` in binary files, `1.6.2` in others; absent in files older than 1.0. */
  readonly version: string | undefined;
}

/** Bytes of the struct LearnerModelParam, with which a binary model begins (XGBoost, learner.cc). */
const PARAMETERS = 136;

/**
 * Recognises a booster by the first bytes of its file, at least 512 where it has so many, and its
 * last, at least 64. `undefined` when it is none.
 */
export function recogniseXgboost(head: Buffer, tail: Buffer): XgboostModel | undefined {
  if (head[0] === 0x7b) {
    if (/^\{\s*"(?:learner|version)"\s*:/.test(head.toString('latin1', 0, 64))) {
      const atStart = /^\{\s*"version"\s*:\s*\[(\d+),\s*(\d+),\s*(\d+)\]/.exec(
        head.toString('latin1'),
      );
      return { format: 'JSON', version: atStart?.slice(1).join('.') ?? versionAtEnd(tail) };
    }
    // UBJSON as XGBoost writes it: a key is L, its length in eight bytes, its text.
    if (head.toString('latin1', 1, 17) === 'L\0\0\0\0\0\0\0\x07learner') {
      return { format: 'UBJSON', version: versionAtEnd(tail) };
    }
    return undefined;
  }
  const start = head.toString('latin1', 0, 4) === 'binf' ? 4 : 0;
  // Behind the parameters stand the names of objective and booster, each after its length.
  const objective = readName(head, start + PARAMETERS);
  const booster = objective && readName(head, objective.end);
  if (!booster || !/^(?:gbtree|gblinear|dart)$/.test(booster.name)) return undefined;
  const major = head.readUInt32LE(start + 20);
  const minor = head.readUInt32LE(start + 24);
  return { format: 'binary', version: major > 0 ? `${major}.${minor}` : undefined };
}

/** The version with which XGBoost ends its JSON and UBJSON, also inside a pickle. */
export function versionAtEnd(tail: Buffer): string | undefined {
  const text = tail.toString('latin1');
  const json = /"version"\s*:\s*\[(\d+),\s*(\d+),\s*(\d+)\]\s*\}\s*$/.exec(text);
  if (json) return json.slice(1).join('.');
  // An array of three: `[#L`, the count in eight bytes, then each number as `i` and one byte.
  const marker = 'L\0\0\0\0\0\0\0\x07version[#L\0\0\0\0\0\0\0\x03';
  const at = text.lastIndexOf(marker);
  if (at < 0) return undefined;
  const numbers = /^i([^])i([^])i([^])\}/.exec(text.slice(at + marker.length));
  return numbers
    ?.slice(1)
    .map((character) => character.charCodeAt(0))
    .join('.');
}

function readName(head: Buffer, offset: number): { name: string; end: number } | undefined {
  if (offset + 8 > head.length) return undefined;
  const length = head.readBigUInt64LE(offset);
  if (length < 1n || length > 64n) return undefined;
  const end = offset + 8 + Number(length);
  if (end > head.length) return undefined;
  const name = head.toString('latin1', offset + 8, end);
  return /^[\w:.-]+$/.test(name) ? { name, end } : undefined;
}
