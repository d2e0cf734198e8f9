/** The time of an emulator. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Sets it so many milliseconds after the machine's time, or before it if negative. */
  shift(milliseconds: number): void;
}

/** A clock that shows the machine's time until it is shifted, and goes on from there. */
export function startClock(): Clock {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    shift(milliseconds) {
      ahead = milliseconds;
    },
  };
}
