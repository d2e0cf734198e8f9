import type { Log } from './report/log.ts';

/** Environment variables; an empty string counts as absent wherever they are read. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Any value that JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object, as sent to or answered by Google's services. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Time, passed in so that tests of waits need no sleeps. */
export interface Clock {
  /** Wall time, for labels and names. */
  now(): Date;
  /** Milliseconds of a clock that never goes back, for deadlines and durations. */
  elapsed(): number;
  /** Resolves after so many milliseconds; rejects with the signal's reason when it aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** Who calls Google. One for all services of a run; a token is kept in memory only, until it is renewed. */
export interface Credentials {
  /** Headers that authorise one request to this base URL; none for loopback hosts when nothing is configured. */
  headers(baseUrl: URL): Promise<Readonly<Record<string, string>>>;
  /** Drops a token that the service refused with 401, so that the next call fetches a new one. */
  refresh(): Promise<void>;
  /** Project that the credentials name, if any. Throws only the `Failure` of credentials that are refused. */
  projectId(): Promise<string | undefined>;
}

/** What GitHub's runner offers to a step: the few verbs of `@actions/core` that we use. */
export interface Runner {
  info(line: string): void;
  debug(line: string): void;
  notice(text: string, properties?: { title?: string }): void;
  warning(text: string, properties?: { title?: string }): void;
  error(text: string, properties?: { title?: string }): void;
  startGroup(name: string): void;
  endGroup(): void;
  setOutput(name: string, value: string): void;
  setSecret(value: string): void;
  saveState(name: string, value: string): void;
  /** Writes the whole job summary of this step. */
  writeSummary(markdown: string): Promise<void>;
}

/** Everything outside the process that a deploy touches, but for the file system and sockets themselves. */
export interface World {
  readonly environment: Environment;
  readonly clock: Clock;
  readonly credentials: Credentials;
  readonly runner: Runner;
  /** What is said while the deploy runs; makes text from outside harmless. */
  readonly log: Log;
  /** Where this action is: the directory of its `action.yml`. */
  readonly actionDirectory: string;
  /** Aborts when the job is cancelled. */
  readonly signal: AbortSignal;
  /** Uniform in [0, 1), for jitter. */
  readonly random: () => number;
}
