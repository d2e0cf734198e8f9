/** Major and minor number of a version. */
export type MinorVersion = readonly [major: number, minor: number];

/** `1.0` of `1.0.2`; `undefined` when it does not begin so. */
export function minorOf(version: string): MinorVersion | undefined {
  const parts = /^(\d{1,6})\.(\d{1,6})/.exec(version);
  return parts === null ? undefined : [Number(parts[1]), Number(parts[2])];
}

/** Negative when the left one is older, or unknown; zero when they are the same. */
export function compareMinor(left: MinorVersion | undefined, right: MinorVersion): number {
  return left === undefined ? -1 : left[0] - right[0] || left[1] - right[1];
}
