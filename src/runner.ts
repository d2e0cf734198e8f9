import * as core from '@actions/core';
import { keepSecret, withoutSecrets } from './secrets.ts';
import type { Environment, Runner } from './world.ts';

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
  const setOutput = intoFile('GITHUB_OUTPUT', core.setOutput);
  return {
    info: core.info,
    debug: core.debug,
    notice: core.notice,
    warning: core.warning,
    error: core.error,
    startGroup: core.startGroup,
    endGroup: core.endGroup,
    setOutput: (name, value) => {
      setOutput(name, withoutSecrets(value));
    },
    // The runner masks each line of a value by itself.
    setSecret: (value) => {
      for (const line of keepSecret(value)) core.setSecret(line);
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
