import { GoogleError } from '../google-error.ts';

/** Preconditions of a request (reference, section 5); generation 0 stands for "no live object". */
export interface Preconditions {
  readonly generationMatch?: number | undefined;
  readonly generationNotMatch?: number | undefined;
  readonly metagenerationMatch?: number | undefined;
  readonly metagenerationNotMatch?: number | undefined;
}

/** The state that preconditions are held against. */
export interface Versioned {
  readonly generation: number;
  readonly metageneration: number;
}

/** Reads the four preconditions; `prefix` is `if`, or `ifSource` for the source of a copy. Throws 400. */
export function readPreconditions(
  query: URLSearchParams,
  prefix: 'if' | 'ifSource' = 'if',
): Preconditions {
  return {
    generationMatch: readInteger(query, `${prefix}GenerationMatch`),
    generationNotMatch: readInteger(query, `${prefix}GenerationNotMatch`),
    metagenerationMatch: readInteger(query, `${prefix}MetagenerationMatch`),
    metagenerationNotMatch: readInteger(query, `${prefix}MetagenerationNotMatch`),
  };
}

/** A whole number given as a query parameter; `undefined` when absent; throws 400. */
export function readInteger(query: URLSearchParams, name: string): number | undefined {
  return wholeNumber(query.get(name) ?? undefined, name);
}

/** A whole number as text or JSON carries it; `undefined` when absent; throws 400 with its name. */
export function wholeNumber(given: unknown, name: string): number | undefined {
  if (given === undefined) return undefined;
  const text = typeof given === 'number' || typeof given === 'string' ? String(given) : '?';
  if (/^\d{1,19}$/.test(text)) return Number(text);
  throw new GoogleError({
    httpStatus: 400,
    reason: 'invalidParameter',
    message: `Invalid value '${text}' of ${name}: it must be a whole number.`,
    locationType: 'parameter',
    location: name,
  });
}

/** Throws 412 when a precondition does not hold; on reads, 304 when it is one of the NotMatch kind. */
export function checkPreconditions(
  conditions: Preconditions,
  live: Versioned | undefined,
  access: 'read' | 'write' = 'write',
): void {
  const { generationMatch, generationNotMatch, metagenerationMatch, metagenerationNotMatch } =
    conditions;
  if (generationMatch !== undefined && generationMatch !== (live?.generation ?? 0)) {
    throw unmet(412, 'ifGenerationMatch');
  }
  if (metagenerationMatch !== undefined && metagenerationMatch !== live?.metageneration) {
    throw unmet(412, 'ifMetagenerationMatch');
  }
  const status = access === 'read' ? 304 : 412;
  if (
    generationNotMatch !== undefined &&
    generationNotMatch === (live?.generation ?? generationNotMatch)
  ) {
    throw unmet(status, 'ifGenerationNotMatch');
  }
  if (
    metagenerationNotMatch !== undefined &&
    metagenerationNotMatch === (live?.metageneration ?? metagenerationNotMatch)
  ) {
    throw unmet(status, 'ifMetagenerationNotMatch');
  }
}

function unmet(httpStatus: 304 | 412, location: string): GoogleError {
  return new GoogleError({
    httpStatus,
    message: 'At least one of the pre-conditions you specified did not hold.',
    reason: httpStatus === 304 ? 'notModified' : 'conditionNotMet',
    locationType: 'parameter',
    location,
  });
}
