import { refusal } from './api.ts';
import type { ModelFields } from './resources.ts';

const resourceName = /^[A-Za-z][A-Za-z0-9_]{0,127}$/;
const labelKey = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const labelValue = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;
const mostLabels = 64;

/**
 * The bare name of a new model or version: letter first, then letters, digits and underscores, at most
 * 128 (Deploying models page). Throws INVALID_ARGUMENT otherwise.
 */
export function readName(name: string | undefined, field: string): string {
  if (name === undefined) throw refusal('INVALID_ARGUMENT', field, 'A name is required.');
  if (resourceName.test(name)) return name;
  throw refusal(
    'INVALID_ARGUMENT',
    field,
    `The name "${name}" is not valid. A name must start with a letter, may hold only letters, numbers and underscores, and has at most 128 characters.`,
  );
}

/** Throws INVALID_ARGUMENT unless the labels keep the rules of Google Cloud. */
export function checkLabels(labels: ModelFields['labels'], field: string): void {
  const entries = Object.entries(labels ?? {});
  if (entries.length > mostLabels) {
    throw refusal(
      'INVALID_ARGUMENT',
      field,
      `A resource has at most ${mostLabels} labels; ${entries.length} were given.`,
    );
  }
  for (const [key, value] of entries) {
    if (!labelKey.test(key)) {
      throw refusal(
        'INVALID_ARGUMENT',
        field,
        `The label key "${key}" is not valid. Keys have 1 to 63 characters, start with a lowercase letter, and hold only lowercase letters, numbers, underscores and dashes.`,
      );
    }
    if (!labelValue.test(value)) {
      throw refusal(
        'INVALID_ARGUMENT',
        field,
        `The label value "${value}" of "${key}" is not valid. Values have at most 63 characters and hold only lowercase letters, numbers, underscores and dashes.`,
      );
    }
  }
}
