import type { Artifact } from '../../artifact/artifact.ts';
import type { DeployRequest } from '../../request/deploy-request.ts';
import type { RuleFault } from '../refuse.ts';
import type { Asked, Wanted } from '../wanted.ts';

/** What the rules look at. Rules about the artifact wait until it is known. */
export interface Subject {
  readonly request: DeployRequest;
  readonly artifact?: Artifact | undefined;
  /** Short name of the version, once it is derived. */
  readonly version?: string | undefined;
}

/** The faults that a rule found; `undefined` or an empty list when it holds. */
export type Verdict = readonly RuleFault[] | undefined;

/** One rule: a limit, or what must hold between fields. */
export type Rule = {
  /** Unique, stable, in words. */
  readonly id: string;
  /** The document, and the section or field of it, that says so. */
  readonly source: string;
} & (
  | { readonly check: (wanted: Wanted, subject: Subject) => Verdict }
  | {
      readonly checkArtifact: (
        artifact: Artifact,
        wanted: Wanted,
        request: DeployRequest,
      ) => Verdict;
    }
);

/** The verdict that something which was asked for cannot be had. */
export function refused(asked: Asked<unknown>, problem: string): Verdict {
  return [{ input: asked.input, given: asked.given, problem }];
}
