import type { Json, JsonObject } from '../world.ts';
import { isObject } from './json.ts';
import { defaultMachineType, findMachineType } from './machine-types.ts';
import type { Endpoint } from './machine-types.ts';
import { outputOnlyFields } from './version-fields.ts';

/** A field in which an existing version is not what is wanted. Values as text, absent when not set. */
export interface FieldDifference {
  /** Such as `autoScaling.minNodes`. */
  readonly path: string;
  readonly existing: string | undefined;
  readonly wanted: string | undefined;
}

/** Values as text, by path. */
export type Leaves = ReadonlyMap<string, string>;

const LONGEST_VALUE = 120;

/**
 * The fields in which a version that the service holds differs from one that would be created, in
 * alphabetical order. What the service writes itself, and other spellings of the same thing (64-bit
 * numbers as strings, defaults, empty values, the slash at the end of a directory), do not count.
 */
export function fieldDiff(
  existing: JsonObject,
  wanted: JsonObject,
  endpoint: Endpoint,
): readonly FieldDifference[] {
  return leafDiff(normalised(existing, endpoint), normalised(wanted, endpoint));
}

/** The leaves that differ, in alphabetical order of their paths. */
export function leafDiff(before: Leaves, after: Leaves): readonly FieldDifference[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .filter((path) => before.get(path) !== after.get(path))
    .map((path) => ({ path, existing: before.get(path), wanted: after.get(path) }));
}

/** Every set value in a resource by its path, as text. */
export function leavesOf(resource: JsonObject): Leaves {
  const leaves = new Map<string, string>();
  for (const [name, value] of Object.entries(resource)) collect(value, name, leaves);
  return leaves;
}

/** The differences in one line: `machineType: n1-standard-2 → n1-standard-4; …`. */
export function describeDifferences(differences: readonly FieldDifference[]): string {
  const show = (value: string | undefined): string => {
    if (value === undefined) return '(not set)';
    return value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value;
  };
  return differences
    .map(({ path, existing, wanted }) => `${path}: ${show(existing)} → ${show(wanted)}`)
    .join('; ');
}

/** Every set leaf by its path, as text, with the service's defaults filled in. */
function normalised(version: JsonObject, endpoint: Endpoint): Leaves {
  const given = Object.entries(version).filter(
    ([name]) => name !== 'name' && !outputOnlyFields.includes(name),
  );
  const leaves = new Map(leavesOf(Object.fromEntries(given)));
  const machineType = leaves.get('machineType') ?? defaultMachineType(endpoint);
  leaves.set('machineType', machineType);
  const uri = leaves.get('deploymentUri');
  if (uri !== undefined) leaves.set('deploymentUri', uri.replace(/\/*$/, '/'));
  const isN1 = findMachineType(machineType)?.endpoint === 'regional';
  // Zero is not set (proto3), and on MLS1 it is the default (ml v1, AutoScaling.minNodes).
  if (isN1 && !leaves.has('manualScaling.nodes') && !leaves.has('autoScaling.minNodes')) {
    leaves.set('autoScaling.minNodes', '1');
  }
  return leaves;
}

function collect(value: Json, path: string, leaves: Map<string, string>): void {
  if (isObject(value)) {
    for (const [name, field] of Object.entries(value)) collect(field, `${path}.${name}`, leaves);
    return;
  }
  const isUnset =
    value === null || value === '' || value === 0 || value === false || isEmptyList(value);
  if (isUnset) return;
  leaves.set(path, typeof value === 'object' ? JSON.stringify(asText(value)) : String(value));
}

function isEmptyList(value: Json): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** The same value with sorted fields and numbers as strings, so that equal values print alike. */
function asText(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value === null ? null : String(value);
  if (!isObject(value)) return value.map(asText);
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, field]) => [name, asText(field)]),
  );
}
