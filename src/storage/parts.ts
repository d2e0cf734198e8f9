const KIBIBYTE = 1024;
const MEBIBYTE = KIBIBYTE * KIBIBYTE;
/** Cloud Storage cuts uploads at multiples of this (JSON API, resumable uploads). */
const GRAIN_BYTES = 256 * KIBIBYTE;
const SMALLEST_PART_BYTES = 8 * MEBIBYTE;
const LARGEST_PART_BYTES = 64 * MEBIBYTE;

/** Objects that one compose takes (JSON API, objects.compose). */
export const MOST_COMPOSED = 32;

/**
 * Cuts a file into parts of equal size, multiples of 256 KiB: 32 where they are 8 to 64 MiB, so that
 * no one connection's rate is the limit; else as many as such parts give; above 64 GiB, 1,024 larger
 * ones, which two rounds of composing put together.
 */
export function cutIntoParts(bytes: number): { start: number; bytes: number }[] {
  const wanted = Math.min(LARGEST_PART_BYTES, Math.max(SMALLEST_PART_BYTES, bytes / MOST_COMPOSED));
  const size = GRAIN_BYTES * Math.ceil(Math.max(wanted, bytes / MOST_COMPOSED ** 2) / GRAIN_BYTES);
  return Array.from({ length: Math.ceil(bytes / size) }, (_, index) => ({
    start: index * size,
    bytes: Math.min(size, bytes - index * size),
  }));
}

/** The items in groups that one compose can take, in order. */
export function groupsToCompose<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / MOST_COMPOSED) }, (_, index) =>
    items.slice(index * MOST_COMPOSED, (index + 1) * MOST_COMPOSED),
  );
}
