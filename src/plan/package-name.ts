import { basename } from 'node:path';

/** Whether a package is already in Cloud Storage. */
export function isInCloudStorage(packageFile: string): boolean {
  return packageFile.startsWith('gs://');
}

/** Name of a local package below the deployment directory: `packages/<file name>`. */
export function packageName(packageFile: string): string {
  return `packages/${basename(packageFile)}`;
}
