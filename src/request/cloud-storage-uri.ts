import type { Destination } from './deploy-request.ts';
import { Problem } from './problem.ts';

/** Leaves room for `<model>/<version>/<file>` within the 1,024 bytes of an object name. */
const LONGEST_PREFIX_BYTES = 512;

/**
 * Where uploads go: `bucket`, `gs://bucket`, `bucket/prefix` or `gs://bucket/prefix`, with or without
 * one slash at the end.
 */
export function destination(given: string): Destination {
  const [bucket = '', ...parts] = withoutScheme(given).replace(/\/$/, '').split('/');
  checkBucket(bucket);
  if (parts.includes('')) {
    throw new Problem('must not hold an empty part (//) in its prefix; write gs://bucket/prefix.');
  }
  checkParts(parts);
  const prefix = parts.join('/');
  if (/[*?[\]#\\]/.test(prefix)) {
    throw new Problem(
      'must not hold any of * ? [ ] # \\ in its prefix: tools read them as patterns.',
    );
  }
  if (Buffer.byteLength(prefix) > LONGEST_PREFIX_BYTES) {
    throw new Problem(`must have a prefix of at most ${LONGEST_PREFIX_BYTES} bytes.`);
  }
  return { bucket, prefix };
}

/** A path on the runner, or a `gs://` URI whose bucket could exist; returned as given. */
export function pathOrUri(given: string): string {
  if (hasControlCharacter(given)) {
    throw new Problem(
      'must be one path or one gs:// URI, on one line and without control characters.',
    );
  }
  if (/^gs:\/\//i.test(given)) {
    const [bucket = '', ...parts] = withoutScheme(given).split('/');
    checkBucket(bucket);
    checkParts(parts);
  } else if (/^[a-z][a-z0-9+.-]+:\/\//i.test(given)) {
    throw new Problem('must be a path or a gs:// URI; no other scheme can be read.');
  }
  return given;
}

function withoutScheme(given: string): string {
  if (/^gs:\/\//i.test(given) && !given.startsWith('gs://')) {
    throw new Problem('must spell its scheme in lower case: gs://.');
  }
  return given.startsWith('gs://') ? given.slice('gs://'.length) : given;
}

/** Bucket naming rules of Cloud Storage (Buckets, "Bucket names"). */
function checkBucket(bucket: string): void {
  const labels = bucket.split('.');
  const legal =
    /^[a-z0-9][a-z0-9._-]*[a-z0-9]$/.test(bucket) &&
    bucket.length >= 3 &&
    bucket.length <= (labels.length > 1 ? 222 : 63) &&
    labels.every((label) => /^[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?$/.test(label));
  if (!legal) {
    throw new Problem(
      'must name a bucket by the rules of Cloud Storage: 3 to 63 lowercase letters, digits, hyphens, underscores and dots, first and last a letter or digit.',
    );
  }
  if (/^\d+\.\d+\.\d+\.\d+$/.test(bucket)) {
    throw new Problem('must name a bucket, and Cloud Storage allows no IP address as its name.');
  }
  if (bucket.startsWith('goog') || /google|g00gle/.test(bucket)) {
    throw new Problem(
      'must name a bucket, and Cloud Storage allows no name that starts with goog or holds google.',
    );
  }
}

function checkParts(parts: readonly string[]): void {
  if (parts.some((part) => part === '.' || part === '..')) {
    throw new Problem(
      'must not hold . or .. as a part: Cloud Storage has no directories to climb.',
    );
  }
  if (parts.some(hasControlCharacter)) throw new Problem('must not hold control characters.');
}

function hasControlCharacter(given: string): boolean {
  return /\p{Cc}/u.test(given);
}
