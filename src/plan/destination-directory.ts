import type { DeployRequest } from '../request/deploy-request.ts';

/** Object prefix that this version is uploaded to: `<prefix>/<model>/<version>/`. */
export function destinationDirectory(request: DeployRequest, version: string): string {
  const { prefix } = request.destination;
  return `${prefix === '' ? '' : `${prefix}/`}${request.model}/${version}/`;
}
