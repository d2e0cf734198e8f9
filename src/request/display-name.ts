import { Problem } from './problem.ts';

const LONGEST = 128;

/** A display name of Vertex AI (or an id, which is one too): 1 to 128 characters of one line. */
export function displayName(given: string): string {
  const { length } = Array.from(given);
  if (length <= LONGEST && !/\p{Cc}/u.test(given)) return given;
  throw new Problem(`must have at most ${LONGEST} characters, none of them a control character.`);
}
