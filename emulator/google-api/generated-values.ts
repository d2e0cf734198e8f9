import { createHash, randomBytes, randomInt } from 'node:crypto';

/** A new etag: bytes in padded base64, as gcloud needs them. */
export function newEtag(): string {
  return randomBytes(8).toString('base64');
}

/** A new id of 19 digits: larger than JavaScript's exact integers, as those of the services are. */
export function newId(): string {
  const digits = (): string => String(randomInt(1_000_000_000)).padStart(9, '0');
  return `${randomInt(1, 10)}${digits()}${digits()}`;
}

/** RFC 3339 in UTC. */
export function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** The number of a project: 12 digits that depend on its id only. */
export function projectNumber(project: string): string {
  if (/^\d+$/.test(project)) return project;
  const hash = createHash('sha256').update(project).digest();
  return String(100_000_000_000 + (hash.readUIntBE(0, 6) % 900_000_000_000));
}
