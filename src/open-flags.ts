import { constants } from 'node:fs';

const flags: Readonly<Record<string, number | undefined>> = { ...constants };

/**
 * Flags to open a file that was looked at before: fails with `ELOOP` when a link stands there now, and
 * does not wait where a pipe does. Windows has neither, and nothing there that needs them.
 */
export const READ_NO_LINK =
  constants.O_RDONLY | (flags['O_NOFOLLOW'] ?? 0) | (flags['O_NONBLOCK'] ?? 0);
