import { plainRefusal } from '../../../emulator/google-api/refusal.ts';
import { fieldsOf, route } from './service.ts';
import type { Call, Method } from './service.ts';
import type { ProjectState, Provider } from './state.ts';

const pools = '/v1/projects/{project}/locations/global/workloadIdentityPools';
const providers = `${pools}/{pool}/providers`;

/** 4 to 32 of these characters, and none of Google's own (IAM, projects.locations.workloadIdentityPools.create). */
const idPattern = /^(?!gcp-)[a-z0-9-]{4,32}$/;

const createPool: Method = (state, { query, body }) => {
  const id = idOf(query, 'workloadIdentityPoolId');
  if (state.pools.has(id)) throw plainRefusal('ALREADY_EXISTS', 'Requested entity already exists');
  if (body['disabled'] === true) throw plainRefusal('INVALID_ARGUMENT', 'A pool nobody can use.');
  state.pools.set(id, new Map());
  return { name: `${poolName(state, id)}/operations/create-pool` };
};

const createProvider: Method = (state, call) => {
  const { names, query, body } = call;
  const pool = poolOf(state, call);
  const id = idOf(query, 'workloadIdentityPoolProviderId');
  if (pool.has(id)) throw plainRefusal('ALREADY_EXISTS', 'Requested entity already exists');
  const { issuerUri } = fieldsOf(body['oidc'], ['issuerUri', 'allowedAudiences', 'jwksJson']);
  if (typeof issuerUri !== 'string' || !issuerUri.startsWith('https://')) {
    throw plainRefusal('INVALID_ARGUMENT', `Not an issuer: ${String(issuerUri)}`);
  }
  const attributeMapping = (body['attributeMapping'] ?? {}) as Readonly<Record<string, string>>;
  checkMapping(attributeMapping);
  const attributeCondition = (body['attributeCondition'] ?? '') as string;
  // Asked of every provider whose issuer serves many tenants, as GitHub's does.
  if (!/\bassertion\.\w+/.test(attributeCondition)) {
    throw plainRefusal(
      'INVALID_ARGUMENT',
      "The attribute condition must reference one of the provider's claims.",
    );
  }
  const name = `${poolName(state, names['pool'] ?? '')}/providers/${id}`;
  const provider: Provider = { name, issuerUri, attributeMapping, attributeCondition };
  pool.set(id, provider);
  return { name: `${name}/operations/create-provider` };
};

/** Done at the first look, as `done: true` of a creation would hide a wait for the wrong name. */
const getOperation: Method = (state, call) => {
  const { pool = '', provider, operation = '' } = call.names;
  const known = poolOf(state, call);
  if (provider !== undefined && !known.has(provider)) {
    throw plainRefusal('NOT_FOUND', 'Requested entity was not found.');
  }
  const name = poolName(state, pool) + (provider === undefined ? '' : `/providers/${provider}`);
  return {
    name: `${name}/operations/${operation}`,
    done: true,
    response: { name, state: 'ACTIVE' },
  };
};

const listProviders: Method = (state, call) => ({
  workloadIdentityPoolProviders: [...poolOf(state, call).values()].map(
    ({ name, issuerUri, attributeMapping, attributeCondition }) => ({
      name,
      state: 'ACTIVE',
      oidc: { issuerUri },
      attributeMapping,
      attributeCondition,
    }),
  ),
});

function idOf(query: URLSearchParams, parameter: string): string {
  const id = query.get(parameter) ?? '';
  if (idPattern.test(id)) return id;
  throw plainRefusal('INVALID_ARGUMENT', `Not an id for ${parameter}: ${id}`);
}

function poolName(state: ProjectState, id: string): string {
  return `projects/${state.number}/locations/global/workloadIdentityPools/${id}`;
}

function poolOf(state: ProjectState, { names: { pool = '' } }: Call): Map<string, Provider> {
  const found = state.pools.get(pool);
  if (found !== undefined) return found;
  throw plainRefusal('NOT_FOUND', 'Requested entity was not found.');
}

function checkMapping(mapping: Readonly<Record<string, string>>): void {
  if (mapping['google.subject'] === undefined) {
    throw plainRefusal('INVALID_ARGUMENT', 'The mapping must have google.subject.');
  }
  for (const [attribute, expression] of Object.entries(mapping)) {
    if (/^(?:google\.(?:subject|groups)|attribute\.[a-z0-9_]{1,100})$/.test(attribute)) {
      if (/^assertion\.\w+$/.test(expression)) continue;
    }
    throw plainRefusal('INVALID_ARGUMENT', `Invalid mapping ${attribute}=${expression}`);
  }
}

/** The workload identity pools of IAM v1, as far as they are created and listed. */
export const poolRoutes = [
  route(
    'POST',
    pools,
    createPool,
    ['disabled', 'displayName', 'description'],
    ['workloadIdentityPoolId'],
  ),
  route(
    'POST',
    providers,
    createProvider,
    ['attributeCondition', 'attributeMapping', 'description', 'disabled', 'displayName', 'oidc'],
    ['workloadIdentityPoolProviderId'],
  ),
  route('GET', providers, listProviders, [], ['pageSize', 'pageToken', 'showDeleted']),
  route('GET', `${pools}/{pool}/operations/{operation}`, getOperation),
  route('GET', `${providers}/{provider}/operations/{operation}`, getOperation),
];
