/** A directory name that is a moment in time. */
export interface Timestamp {
  /** As written. */
  readonly name: string;
  /** Microseconds since 1970-01-01T00:00:00Z: what two timestamps are compared by. */
  readonly microseconds: number;
}

/**
 * The moment that a whole name spells: epoch seconds (9 or 10 digits), milliseconds (12 or 13),
 * microseconds (15 or 16), or `YYYYMMDD`, `-`, `T` or nothing, `HHMMSS`, with or without `Z`, in UTC.
 * `undefined` for anything else, such as the small numbers by which TensorFlow Serving counts.
 */
export function parseTimestamp(name: string): Timestamp | undefined {
  const calendar = /^(\d{4})(\d{2})(\d{2})[-T]?(\d{2})(\d{2})(\d{2})Z?$/.exec(name);
  if (calendar) {
    const [year, month, day, hour, minute, second] = calendar.slice(1).map(Number);
    const written = [year, month, day].join('-') + ' ' + [hour, minute, second].join(':');
    const date = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second));
    const read = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()].join('-');
    const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].join(':');
    // `Date.UTC` turns February 30 into March 1; a name that is no date is no timestamp.
    return `${read} ${time}` === written
      ? { name, microseconds: date.getTime() * 1000 }
      : undefined;
  }
  if (!/^[1-9]\d*$/.test(name)) return undefined;
  const scale = { 9: 1e6, 10: 1e6, 12: 1e3, 13: 1e3, 15: 1, 16: 1 }[name.length];
  // Beyond what a number counts exactly lies the year 2255.
  const microseconds = Number(name) * (scale ?? NaN);
  return Number.isSafeInteger(microseconds) ? { name, microseconds } : undefined;
}

/** The moment as people read it: ISO 8601 in UTC, to the second. */
export function tellTime(timestamp: Timestamp): string {
  return new Date(timestamp.microseconds / 1000).toISOString().replace(/\.\d+Z$/, 'Z');
}
