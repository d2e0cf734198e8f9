import type { DeployRequest } from '../request/deploy-request.ts';

/**
 * Object prefix that this version is uploaded to: `<prefix>/<model>/<version>/`. A display name of Vertex
 * AI may hold anything; what tools would read as a path or a pattern becomes `_`.
 */
export function destinationDirectory(request: DeployRequest, version: string): string {
  const { prefix } = request.destination;
  const model = request.model.replaceAll(/[^A-Za-z0-9_.-]/gu, '_').replace(/^\.+$/, '_');
  return `${prefix === '' ? '' : `${prefix}/`}${model}/${version}/`;
}
