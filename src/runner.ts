import * as core from '@actions/core';
import type { Environment, Runner } from './world.ts';

/** A shorter mask would blank words of the log that are no secret. */
const SHORTEST_SECRET = 8;

/**
 * GitHub's runner by its own toolkit. Outputs and the summary go into its files, or throw; state that cannot be
 * kept is lost, because the deploy is worth more than what the `post:` step would make of it.
 */
export function openRunner(environment: Environment): Runner {
  /** Without the file the toolkit would print commands that the runner does not take any more. */
  const intoFile =
    (variable: string, write: (name: string, value: string) => void) =>
    (name: string, value: string): void => {
      if ((environment[variable] ?? '') === '') throw new Error(`${variable} is not set.`);
      write(name, value);
    };
  const saveState = intoFile('GITHUB_STATE', core.saveState);
  return {
    info: core.info,
    debug: core.debug,
    notice: core.notice,
    warning: core.warning,
    error: core.error,
    startGroup: core.startGroup,
    endGroup: core.endGroup,
    setOutput: intoFile('GITHUB_OUTPUT', core.setOutput),
    // The runner masks each line of a value by itself.
    setSecret: (value) => {
      const lines = value.split(/[\r\n]+/).map((line) => line.trim());
      for (const line of lines) if (line.length >= SHORTEST_SECRET) core.setSecret(line);
    },
    saveState: (name, value) => {
      try {
        saveState(name, value);
      } catch {
        // Said above.
      }
    },
    writeSummary: async (markdown) => {
      await core.summary.addRaw(markdown).write({ overwrite: true });
    },
  };
}
