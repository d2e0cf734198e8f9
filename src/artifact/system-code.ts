/** Node's or the system's code of an error, such as `ENOENT` or `Z_BUF_ERROR`; `undefined` for others. */
export function systemCode(error: unknown): string | undefined {
  // Not `instanceof Error`: what Node throws may belong to another realm, as it does under jest.
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
