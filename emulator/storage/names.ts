import { GoogleError } from '../google-error.ts';

const objectName = /^(?!\.{1,2}$)(?!\.well-known\/acme-challenge\/)[^\r\n]+$/;
const bucketName = /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/;

/** Throws 400 unless the name is one that an object may have (Cloud Storage, Naming objects). */
export function checkObjectName(name: string): void {
  if (objectName.test(name) && Buffer.byteLength(name) <= 1024) return;
  throw new GoogleError({
    httpStatus: 400,
    message: `Invalid object name: '${name.slice(0, 200)}'`,
  });
}

/** Throws 400 unless the name is one that a bucket may have (Cloud Storage, Naming buckets). */
export function checkBucketName(name: string): void {
  const parts = name.split('.');
  const legal =
    bucketName.test(name) &&
    parts.every((part) => part.length > 0 && part.length <= 63) &&
    !/^\d{1,3}(?:\.\d{1,3}){3}$/.test(name) &&
    !/^goog|g[0o][0o]g[1l][e3]/.test(name);
  if (legal) return;
  throw new GoogleError({
    httpStatus: 400,
    message: `Invalid bucket name: '${name.slice(0, 200)}'`,
  });
}

/** Order of names in listings: by the bytes of their UTF-8, which is not that of UTF-16 units. */
export function compareNames(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at += 1) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return utf8Rank(left) - utf8Rank(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above U+FFFF, so after U+E000…U+FFFF. */
function utf8Rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
