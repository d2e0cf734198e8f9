import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where `scripts/workflow-tools.sh` has put what lints and executes workflows. */
export interface Tools {
  readonly actionlint: string;
  /** Reads the scripts of the workflows for actionlint. */
  readonly shellcheck: string;
  readonly act: string;
  readonly zizmor: string;
  /** Directory of a Python environment with scikit-learn. */
  readonly python: string;
  /** Directory with `@actions/languageservice`. */
  readonly languageService: string;
}

/** @throws Error that says how to install them, when they are not there. */
export function findTools(): Tools {
  const directory =
    process.env['WORKFLOW_TOOLS'] ?? join(homedir(), '.cache', 'deploy-ai-platform-tools');
  const tools: Tools = {
    actionlint: join(directory, 'bin', 'actionlint'),
    shellcheck: join(directory, 'bin', 'shellcheck'),
    act: join(directory, 'bin', 'act'),
    zizmor: join(directory, 'bin', 'zizmor'),
    python: join(directory, 'python'),
    languageService: join(directory, 'languageservice'),
  };
  const missing = Object.values<string>({ ...tools }).filter((path) => !existsSync(path));
  if (missing.length > 0) {
    throw new Error(`${missing.join(', ')} missing. Run: bash scripts/workflow-tools.sh`);
  }
  return tools;
}
