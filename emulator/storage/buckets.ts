import type { Exchange } from '../exchange.ts';
import { GoogleError } from '../google-error.ts';
import { checkBucketName } from './names.ts';
import { asRecord } from './object-resource.ts';
import { checkPreconditions, readPreconditions, type Preconditions } from './preconditions.ts';
import type { Bucket, BucketPlace, Store } from './store.ts';

/** Makes a bucket, as `buckets.insert` and the emulator's own `buckets` option do. Throws 400 and 409. */
export function makeBucket(
  store: Store,
  name: string,
  given: Readonly<Record<string, unknown>>,
): Bucket {
  checkBucketName(name);
  if (store.buckets.has(name)) {
    throw new GoogleError({
      httpStatus: 409,
      message: 'Your previous request to create the named bucket succeeded and you already own it.',
    });
  }
  const now = store.now();
  const bucket: Bucket = {
    name,
    fields: bucketFields(given),
    metageneration: 1,
    timeCreated: now,
    updated: now,
    objects: new Map(),
    order: undefined,
  };
  store.buckets.set(name, bucket);
  return bucket;
}

/** Answers `buckets.insert`. */
export async function insertBucket(store: Store, exchange: Exchange): Promise<void> {
  const body = asRecord(await exchange.json(), 'bucket resource');
  const required = !exchange.query.get('project')
    ? 'project'
    : typeof body['name'] !== 'string'
      ? 'name'
      : undefined;
  if (required !== undefined) {
    throw new GoogleError({
      httpStatus: 400,
      reason: 'required',
      message: `Required parameter: ${required}`,
      locationType: 'parameter',
      location: required,
    });
  }
  const bucket = makeBucket(store, body['name'] as string, body);
  exchange.send(200, bucketResource(bucket, exchange.origin));
}

/** Answers `buckets.get`. */
export function getBucket(store: Store, exchange: Exchange, { bucket: name }: BucketPlace): void {
  const bucket = store.bucket(name);
  checkPreconditions(bucketConditions(exchange), versionOf(bucket), 'read');
  exchange.send(200, bucketResource(bucket, exchange.origin));
}

/** Answers `buckets.list`; every project sees every bucket. */
export function listBuckets(store: Store, exchange: Exchange): void {
  const prefix = exchange.query.get('prefix') ?? '';
  const items = [...store.buckets.values()]
    .filter(({ name }) => name.startsWith(prefix))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((bucket) => bucketResource(bucket, exchange.origin));
  exchange.send(200, { kind: 'storage#buckets', ...(items.length > 0 && { items }) });
}

/** Answers `buckets.patch`, and `buckets.update`: given fields replace, `null` takes away. */
export async function patchBucket(
  store: Store,
  exchange: Exchange,
  { bucket: name }: BucketPlace,
): Promise<void> {
  const body = asRecord(await exchange.json(), 'bucket resource');
  const bucket = store.bucket(name);
  checkPreconditions(bucketConditions(exchange), versionOf(bucket));
  const changed = Object.entries(body).filter(([field]) => !fixedFields.has(field));
  const fields = Object.entries({ ...bucket.fields, ...Object.fromEntries(changed) });
  bucket.fields = Object.fromEntries(fields.filter(([, value]) => value !== null));
  bucket.metageneration += 1;
  bucket.updated = store.now();
  exchange.send(200, bucketResource(bucket, exchange.origin));
}

/** Answers `buckets.delete`. */
export function deleteBucket(
  store: Store,
  exchange: Exchange,
  { bucket: name }: BucketPlace,
): void {
  const bucket = store.bucket(name);
  checkPreconditions(bucketConditions(exchange), versionOf(bucket));
  if (bucket.objects.size > 0) {
    throw new GoogleError({
      httpStatus: 409,
      message: 'The bucket you tried to delete is not empty.',
    });
  }
  store.buckets.delete(name);
  exchange.sendBytes(204, undefined);
}

/** Answers `buckets.getStorageLayout`. */
export function getStorageLayout(
  store: Store,
  exchange: Exchange,
  { bucket: name }: BucketPlace,
): void {
  const { location, locationType } = store.bucket(name).fields;
  exchange.send(200, { kind: 'storage#storageLayout', bucket: name, location, locationType });
}

function bucketConditions(exchange: Exchange): Preconditions {
  const { metagenerationMatch, metagenerationNotMatch } = readPreconditions(exchange.query);
  return { metagenerationMatch, metagenerationNotMatch };
}

function versionOf({ metageneration }: Bucket): { generation: number; metageneration: number } {
  return { generation: 1, metageneration };
}

/** Fields that are set once, or computed. */
const fixedFields = new Set(['kind', 'id', 'name', 'location', 'locationType', 'etag', 'selfLink']);

/** What a new bucket has, with the defaults of the service. Throws 400. */
function bucketFields(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const asked = given['location'] ?? 'US';
  const location = typeof asked === 'string' ? asked.toUpperCase() : '';
  if (!/^[A-Z]+(?:-[A-Z]+\d+)?$|^[A-Z]+\d$/.test(location)) {
    throw new GoogleError({
      httpStatus: 400,
      message: 'The specified location constraint is not valid.',
    });
  }
  return {
    storageClass: 'STANDARD',
    iamConfiguration: {
      bucketPolicyOnly: { enabled: false },
      uniformBucketLevelAccess: { enabled: false },
      publicAccessPrevention: 'inherited',
    },
    ...Object.fromEntries(Object.entries(given).filter(([field]) => !fixedFields.has(field))),
    location,
    locationType: location.includes('-')
      ? 'region'
      : /\d$/.test(location)
        ? 'dual-region'
        : 'multi-region',
  };
}

function bucketResource(bucket: Bucket, origin: string): unknown {
  return {
    kind: 'storage#bucket',
    id: bucket.name,
    selfLink: `${origin}/storage/v1/b/${bucket.name}`,
    projectNumber: '123456789012',
    name: bucket.name,
    metageneration: String(bucket.metageneration),
    timeCreated: bucket.timeCreated,
    updated: bucket.updated,
    etag: Buffer.from(String(bucket.metageneration)).toString('base64'),
    ...bucket.fields,
  };
}
