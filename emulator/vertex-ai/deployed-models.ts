import { plainRefusal } from '../google-api/refusal.ts';
import { precondition, wrongField } from './api.ts';
import type { DeployedRecord, EndpointRecord } from './state.ts';

/** Ids of the deployed models that may get traffic: not those that are being undeployed. */
export function liveIds({ deployed, undeploying }: EndpointRecord): readonly string[] {
  return [...deployed.keys()].filter((id) => !undeploying.has(id));
}

/**
 * The deployed model of this id. Throws INVALID_ARGUMENT without an id, 404 for an unknown one, and
 * FAILED_PRECONDITION for one that is being undeployed.
 */
export function findDeployed(
  endpoint: EndpointRecord,
  id: string | undefined,
  field: string,
): DeployedRecord {
  if (id === undefined) throw wrongField(field, 'Required field is not set.');
  const deployed = endpoint.deployed.get(id);
  if (deployed === undefined) {
    throw plainRefusal(
      'NOT_FOUND',
      `The DeployedModel ${id} does not exist on the Endpoint "${endpoint.id}".`,
    );
  }
  if (endpoint.undeploying.has(id)) {
    throw precondition(`The DeployedModel ${id} is being undeployed.`);
  }
  return deployed;
}
