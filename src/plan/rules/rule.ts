import type { Artifact } from '../../artifact/artifact.ts';
import type { DeployRequest } from '../../request/deploy-request.ts';
import type { RuleFault } from '../refuse.ts';
import type { Asked } from '../asked.ts';
import type { Wanted } from '../wanted.ts';

/** What the rules look at. Rules about the artifact wait until it is known. */
export interface Subject {
  readonly request: DeployRequest;
  readonly artifact?: Artifact | undefined;
  /** Short name of the version, once it is derived. */
  readonly version?: string | undefined;
  /** The day that the availability of containers is judged by; absent: none has ended yet. */
  readonly today?: Date | undefined;
}

/** The faults that a rule found; `undefined` or an empty list when it holds. */
export type Verdict = readonly RuleFault[] | undefined;

/** One rule: a limit, or what must hold between fields. `Seen` is as much as it looks at of what is wanted. */
export type Rule<Seen = Wanted> = {
  /** Unique, stable, in words. */
  readonly id: string;
  /** The document, and the section or field of it, that says so. */
  readonly source: string;
} & (
  | { readonly check: (wanted: Seen, subject: Subject) => Verdict }
  | {
      readonly checkArtifact: (artifact: Artifact, wanted: Seen, request: DeployRequest) => Verdict;
    }
);

/** The verdict that something which was asked for cannot be had. */
export function refused(asked: Asked<unknown>, problem: string): Verdict {
  return [{ input: asked.input, given: asked.given, problem }];
}
