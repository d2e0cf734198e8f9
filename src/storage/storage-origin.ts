import { overriddenBaseUrl } from '../hosts.ts';
import type { Environment } from '../world.ts';

const GOOGLE = 'https://storage.googleapis.com';

/**
 * Base URL of Cloud Storage, without trailing slash: `STORAGE_EMULATOR_HOST`, or Google. Paths such as
 * `/storage/v1/…` and `/upload/storage/v1/…` hang off it; an override that already ends with
 * `/storage/v1`, as some client libraries want it, means the same host.
 *
 * @throws Failure `invalid-input` when the override is neither https nor http on a loopback host.
 */
export function storageOrigin(environment: Environment): string {
  const override = overriddenBaseUrl(environment, 'STORAGE_EMULATOR_HOST');
  return override?.replace(/\/storage\/v1$/, '') ?? GOOGLE;
}
