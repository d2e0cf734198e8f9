import { projectNumber } from '../../../emulator/google-api/generated-values.ts';

/** Who has which role on a resource. */
export interface Binding {
  readonly role: string;
  readonly members: readonly string[];
}

/** The policy of a resource; every change gives it another etag. */
export interface Policy {
  readonly version: number;
  readonly etag: string;
  readonly bindings: readonly Binding[];
}

/** A provider of a pool, as it was created. */
export interface Provider {
  readonly name: string;
  readonly issuerUri: string;
  readonly attributeMapping: Readonly<Record<string, string>>;
  readonly attributeCondition: string;
}

/** What a project is made of beside buckets and models, which the emulator keeps. */
export interface ProjectState {
  readonly id: string;
  readonly number: string;
  /** APIs that are switched on. */
  readonly enabled: Set<string>;
  /** Emails of its service accounts. */
  readonly accounts: Set<string>;
  /** Its workload identity pools: their providers, each by its id. */
  readonly pools: Map<string, Map<string, Provider>>;
  /** By the name of the resource, such as `projects/acme` or `buckets/acme-aiplatform`. */
  readonly policies: Map<string, Policy>;
  billingAccount: string;
}

/** A project as it is after its creation: nothing in it, and no API that must be switched on for our commands. */
export function newProject(id: string): ProjectState {
  return {
    id,
    number: projectNumber(id),
    enabled: new Set(['serviceusage.googleapis.com', 'cloudbilling.googleapis.com']),
    accounts: new Set(),
    pools: new Map(),
    policies: new Map(),
    billingAccount: '',
  };
}

/** Members that have a role on a resource. */
export function membersWith(
  state: ProjectState,
  resource: string,
  role: string,
): readonly string[] {
  const bindings = state.policies.get(resource)?.bindings ?? [];
  return bindings.filter((binding) => binding.role === role).flatMap(({ members }) => members);
}
