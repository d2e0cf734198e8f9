import type { Environment } from '../world.ts';
import { variable } from './environment.ts';
import { Problem } from './problem.ts';

/**
 * Id, number, or the id of a legacy project with its domain in front. New ids have at least 6 characters;
 * Google's own and emulators' may be shorter, so that only the longest length is checked.
 */
const PROJECT =
  /^(?:(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24}:)?[a-z](?:[a-z0-9-]{0,28}[a-z0-9])?$|^[1-9]\d{0,18}$/;

const VARIABLES = ['GOOGLE_CLOUD_PROJECT', 'GCLOUD_PROJECT', 'CLOUDSDK_CORE_PROJECT'] as const;

/** What is said when no place names a project: every place that was tried. */
export const noProject = `is not known. Tried: the input, ${VARIABLES.join(', ')}, and the credentials. Give project_id, or set one of the variables.`;

/** A project that was not given as an input, and where it was found. */
export interface FoundProject {
  readonly given: string;
  readonly place: string;
}

/** A project id or number; `place` is said when the text came from elsewhere than the input. */
export function projectId(given: string, place?: string): string {
  if (PROJECT.test(given)) return given;
  const origin = place === undefined ? '' : `(from ${place}) `;
  throw new Problem(
    `${origin}must be a project id (at most 30 lowercase letters, digits and hyphens, first a letter, last no hyphen), with its domain for a legacy project (example.com:my-project), or a project number.`,
  );
}

/** The first of the environment and the credentials that names a project. */
export async function findProject(
  environment: Environment,
  projectFromCredentials: () => Promise<string | undefined>,
): Promise<FoundProject | undefined> {
  for (const name of VARIABLES) {
    const given = variable(environment, name);
    if (given !== undefined) return { given, place: `the variable ${name}` };
  }
  const given = (await projectFromCredentials())?.trim();
  return given === undefined || given === '' ? undefined : { given, place: 'the credentials' };
}
