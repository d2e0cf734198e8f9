import type { Runner } from '../world.ts';
import { forLog } from './foreign-text.ts';

/** GitHub shows ten annotations of a step; the end of the deploy and its comment need room among them. */
const MOST_WARNINGS = 8;

/** What is said while a deploy runs. Every text may hold text from outside. */
export interface Log {
  readonly info: (line: string) => void;
  /** Shown only when the workflow runs with debug logging; each line of the text is a line of the log. */
  debug(text: string): void;
  notice(text: string, title?: string): void;
  /** An annotation; the ninth and later ones are lines of the log. */
  warning(text: string, title?: string): void;
  /**
   * Runs the work inside a foldable group, closed however the work ends. The runner knows no groups within
   * groups, so that within one the name is just a line.
   */
  group<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
}

/** The log of one run. */
export function openLog(runner: Runner): Log {
  let grouped = false;
  let warnings = 0;
  const titled = (title: string | undefined): { title?: string } =>
    title === undefined ? {} : { title: forLog(title).slice(0, 120) };
  return {
    info: (line) => {
      runner.info(forLog(line));
    },
    debug: (text) => {
      for (const line of text.split(/\r?\n/)) runner.debug(forLog(line));
    },
    notice: (text, title) => {
      runner.notice(forLog(text), titled(title));
    },
    warning: (text, title) => {
      warnings += 1;
      if (warnings <= MOST_WARNINGS) runner.warning(forLog(text), titled(title));
      else runner.info(forLog(`Warning: ${text}`));
    },
    group: async (name, work) => {
      if (grouped) {
        runner.info(forLog(name));
        return work();
      }
      grouped = true;
      runner.startGroup(forLog(name));
      try {
        return await work();
      } finally {
        runner.endGroup();
        grouped = false;
      }
    },
  };
}
