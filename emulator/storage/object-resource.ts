import { GoogleError } from '../google-error.ts';
import { crc32cBase64 } from './crc32c.ts';
import type { Content } from './contents.ts';
import type { LiveObject, ObjectFields } from './store.ts';

/** An object as the API writes it (reference, section 3). */
export function objectResource(object: LiveObject, origin: string): Record<string, unknown> {
  const { bucket, name, content, componentCount, fields } = object;
  const generation = String(object.generation);
  const path = `b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(name)}`;
  return {
    kind: 'storage#object',
    id: `${bucket}/${name}/${generation}`,
    selfLink: `${origin}/storage/v1/${path}`,
    mediaLink: `${origin}/download/storage/v1/${path}?generation=${generation}&alt=media`,
    name,
    bucket,
    generation,
    metageneration: String(object.metageneration),
    ...fields,
    size: String(content.bytes),
    ...(content.md5 !== undefined && { md5Hash: content.md5 }),
    crc32c: crc32cBase64(content.crc32c),
    ...(componentCount !== undefined && { componentCount }),
    etag: objectEtag(object),
    timeCreated: object.timeCreated,
    updated: object.updated,
    timeStorageClassUpdated: object.timeCreated,
    timeFinalized: object.timeCreated,
  };
}

/** Differs for every generation and metageneration. */
export function objectEtag({ generation, metageneration }: LiveObject): string {
  return Buffer.from(`${generation}/${metageneration}`).toString('base64');
}

const textFields = [
  'contentType',
  'contentEncoding',
  'contentDisposition',
  'contentLanguage',
  'cacheControl',
  'customTime',
  'storageClass',
] as const;
const flagFields = ['eventBasedHold', 'temporaryHold'] as const;

/**
 * The fields that a writer may set, out of a request's body; what is not among them is ignored, as
 * Cloud Storage does. `null` takes a field, or one key of `metadata`, away. Throws 400.
 */
export function writeFields(body: unknown, before: ObjectFields = {}): ObjectFields {
  const given = asRecord(body, 'object resource');
  const fields: Record<string, unknown> = { ...before };
  for (const name of textFields) setField(fields, name, given[name], 'string');
  for (const name of flagFields) setField(fields, name, given[name], 'boolean');
  if (given['metadata'] === null) delete fields['metadata'];
  else if (given['metadata'] !== undefined) {
    const metadata = { ...(before['metadata'] as Record<string, unknown> | undefined) };
    for (const [key, value] of Object.entries(asRecord(given['metadata'], 'metadata'))) {
      setField(metadata, key, value, 'string');
    }
    fields['metadata'] = metadata;
  }
  return fields;
}

function setField(
  fields: Record<string, unknown>,
  name: string,
  value: unknown,
  type: 'string' | 'boolean',
): void {
  if (value === undefined) return;
  if (value === null) Reflect.deleteProperty(fields, name);
  else if (typeof value === type) fields[name] = value;
  else
    throw new GoogleError({
      httpStatus: 400,
      message: `Invalid value for ${name}: it must be a ${type}.`,
    });
}

/** A JSON object, `{}` for an absent body; throws 400. */
export function asRecord(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (value === undefined) return {};
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new GoogleError({
    httpStatus: 400,
    reason: 'parseError',
    message: `Invalid ${what}: it must be a JSON object.`,
  });
}

/** Checksums that a sender gives for the bytes, base64. */
export interface ExpectedChecksums {
  readonly md5: string | undefined;
  readonly crc32c: string | undefined;
}

/** Checksums out of the resource, and out of `X-Goog-Hash: crc32c=…,md5=…`, which goes before. */
export function readChecksums(
  body: Readonly<Record<string, unknown>>,
  header: string | string[] | undefined,
): ExpectedChecksums {
  const given = new Map<string, string>();
  for (const part of [header ?? []].flat().join(',').split(',')) {
    const equals = part.indexOf('=');
    if (equals > 0)
      given.set(part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1).trim());
  }
  const { md5Hash, crc32c } = body;
  return {
    md5: given.get('md5') ?? (typeof md5Hash === 'string' ? md5Hash : undefined),
    crc32c: given.get('crc32c') ?? (typeof crc32c === 'string' ? crc32c : undefined),
  };
}

/** Throws 400 when the bytes are not the ones that the sender meant. */
export function checkChecksums(expected: ExpectedChecksums, content: Content): void {
  const crc32c = crc32cBase64(content.crc32c);
  if (expected.crc32c !== undefined && expected.crc32c !== crc32c) {
    throw new GoogleError({
      httpStatus: 400,
      message: `Provided CRC32C "${expected.crc32c}" doesn't match calculated CRC32C "${crc32c}".`,
    });
  }
  if (expected.md5 !== undefined && content.md5 !== undefined && expected.md5 !== content.md5) {
    throw new GoogleError({
      httpStatus: 400,
      message: `Provided MD5 hash "${expected.md5}" doesn't match calculated MD5 hash "${content.md5}".`,
    });
  }
}
