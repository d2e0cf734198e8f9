import { wrongField } from './api.ts';

const modelId = /^[a-z_][a-z0-9_-]{0,62}$/;
const endpointId = /^(?:[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?|[1-9]\d{0,8})$/;
const versionAlias = /^[a-z][a-z0-9-]{0,126}[a-z0-9]$/;
const labelText = /^[\p{Ll}\p{Lo}\p{N}_-]{0,64}$/u;
const mostLabels = 64;

/** Throws INVALID_ARGUMENT unless a new model may have this id (vertex-ai-v1.md, section 2). */
export function checkModelId(id: string): void {
  if (modelId.test(id)) return;
  throw wrongField(
    'model_id',
    `"${id}" is not a model id. It has at most 63 lowercase letters, digits, underscores and hyphens, and starts with no digit or hyphen.`,
  );
}

/** Throws INVALID_ARGUMENT unless a new endpoint may have this id. */
export function checkEndpointId(id: string): void {
  if (endpointId.test(id)) return;
  throw wrongField(
    'endpoint_id',
    `"${id}" is not an endpoint id. It is a lowercase letter followed by at most 62 lowercase letters, digits and hyphens that do not end in a hyphen, or a number of at most 9 digits without a leading zero.`,
  );
}

/** Throws INVALID_ARGUMENT unless versions can have this alias: it must not look like a number. */
export function checkVersionAlias(alias: string, field: string): void {
  if (versionAlias.test(alias)) return;
  throw wrongField(
    field,
    `"${alias}" is not a version alias. It has 2 to 128 lowercase letters, digits and hyphens, starts with a letter, and ends in a letter or digit.`,
  );
}

/** Throws INVALID_ARGUMENT unless the display name is there and has at most 128 characters. */
export function checkDisplayName(name: string | undefined, field: string): void {
  if (name === undefined) throw wrongField(field, 'Required field is not set.');
  const { length } = Array.from(name);
  if (length <= 128) return;
  throw wrongField(field, `A display name has at most 128 characters; ${length} were given.`);
}

/** Throws INVALID_ARGUMENT unless the labels keep the rules. */
export function checkLabels(labels: Readonly<Record<string, string>> = {}, field: string): void {
  const entries = Object.entries(labels);
  if (entries.length > mostLabels) {
    throw wrongField(
      field,
      `A resource has at most ${mostLabels} labels; ${entries.length} were given.`,
    );
  }
  for (const [key, value] of entries) {
    if (key.startsWith('aiplatform.googleapis.com/')) {
      throw wrongField(field, `The label key "${key}" is reserved for the system.`);
    }
    if (key === '' || !labelText.test(key) || !labelText.test(value)) {
      throw wrongField(
        field,
        `The label "${key}": "${value}" is not valid. Keys and values have at most 64 characters: lowercase letters, digits, underscores and dashes. Keys are not empty.`,
      );
    }
  }
}

/** Throws INVALID_ARGUMENT unless it is absent or the email address of a service account. */
export function checkServiceAccount(account: string | undefined, field: string): void {
  if (account === undefined || /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(account)) return;
  throw wrongField(field, `"${account}" is not the email address of a service account.`);
}
