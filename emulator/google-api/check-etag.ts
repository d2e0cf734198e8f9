import type { Refuse } from './refusal.ts';

/** Throws ABORTED when the caller's etag is not that of the resource; no etag: last write wins. */
export function checkEtag(given: string | undefined, etag: string, refuse: Refuse): void {
  if (given === undefined || given === etag) return;
  throw refuse(
    'ABORTED',
    'etag',
    'The resource has been changed by somebody else since it was read. Please read it again and retry.',
  );
}
