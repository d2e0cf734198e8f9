import type { Fault } from '../failure.ts';
import { nearestName } from '../nearest-name.ts';
import type { Json, JsonObject } from '../world.ts';
import { isObject } from './json.ts';

/** Fields of a message by name. */
export interface Fields {
  readonly [name: string]: FieldType;
}

/** What a field may hold. An `int64` may also be a string of digits (proto3 JSON). */
export type FieldType =
  | 'string'
  | 'boolean'
  | 'int32'
  | 'int64'
  | 'number'
  | 'labels'
  | { readonly oneOf: readonly string[] }
  | { readonly listOf: FieldType }
  | Message;

interface Message {
  readonly fields: Fields;
}

/**
 * Every field of `projects.models.versions` and of what is nested in it.
 * Source: ml v1, `GoogleCloudMlV1Version`, the public fields (gcloud's own messages know some more,
 * such as `imageUri`, that the service takes from nobody else). The `…_UNSPECIFIED` values are left
 * out because leaving out the field says the same.
 */
export const versionFields: Fields = {
  name: 'string',
  description: 'string',
  deploymentUri: 'string',
  runtimeVersion: 'string',
  pythonVersion: 'string',
  framework: { oneOf: ['TENSORFLOW', 'SCIKIT_LEARN', 'XGBOOST'] },
  machineType: 'string',
  acceleratorConfig: {
    fields: {
      count: 'int64',
      type: {
        oneOf: [
          'NVIDIA_TESLA_K80',
          'NVIDIA_TESLA_P4',
          'NVIDIA_TESLA_P100',
          'NVIDIA_TESLA_T4',
          'NVIDIA_TESLA_V100',
          'NVIDIA_TESLA_A100',
          'TPU_V2',
          'TPU_V2_POD',
          'TPU_V3',
          'TPU_V3_POD',
          'TPU_V4_POD',
        ],
      },
    },
  },
  autoScaling: {
    fields: {
      minNodes: 'int32',
      maxNodes: 'int32',
      metrics: {
        listOf: { fields: { name: { oneOf: ['CPU_USAGE', 'GPU_DUTY_CYCLE'] }, target: 'int32' } },
      },
    },
  },
  manualScaling: { fields: { nodes: 'int32' } },
  labels: 'labels',
  packageUris: { listOf: 'string' },
  predictionClass: 'string',
  container: {
    fields: {
      image: 'string',
      command: { listOf: 'string' },
      args: { listOf: 'string' },
      env: { listOf: { fields: { name: 'string', value: 'string' } } },
      ports: { listOf: { fields: { containerPort: 'int32' } } },
    },
  },
  routes: { fields: { predict: 'string', health: 'string' } },
  serviceAccount: 'string',
  explanationConfig: {
    fields: {
      integratedGradientsAttribution: { fields: { numIntegralSteps: 'int32' } },
      sampledShapleyAttribution: { fields: { numPaths: 'int32' } },
      xraiAttribution: { fields: { numIntegralSteps: 'int32' } },
    },
  },
  requestLoggingConfig: {
    fields: { bigqueryTableName: 'string', samplingPercentage: 'number' },
  },
  isDefault: 'boolean',
  state: { oneOf: ['UNKNOWN', 'READY', 'CREATING', 'FAILED', 'DELETING', 'UPDATING'] },
  errorMessage: 'string',
  createTime: 'string',
  lastUseTime: 'string',
  lastMigrationTime: 'string',
  lastMigrationModelId: 'string',
  etag: 'string',
};

/** Fields that only the service writes (ml v1, "Output only"; `etag` makes sense in patches only). */
export const outputOnlyFields: readonly string[] = [
  'isDefault',
  'state',
  'errorMessage',
  'createTime',
  'lastUseTime',
  'lastMigrationTime',
  'lastMigrationModelId',
  'etag',
];

/**
 * Every field of a `version_config` that the Version resource does not have, at any depth, with the
 * name that was probably meant, and every value of another type than its field's.
 */
export function checkVersionConfig(config: JsonObject): readonly Fault[] {
  return checkFields(config, versionFields, '');
}

function checkFields(given: JsonObject, fields: Fields, path: string): readonly Fault[] {
  return Object.entries(given).flatMap(([name, value]) => {
    const place = path === '' ? name : `${path}.${name}`;
    const type = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return type === undefined
      ? [unknownField(place, name, fields, path)]
      : checkValue(value, type, place);
  });
}

function checkValue(value: Json, type: FieldType, place: string): readonly Fault[] {
  if (typeof type === 'object') {
    if ('listOf' in type) {
      return Array.isArray(value)
        ? value.flatMap((item: Json, index) => checkValue(item, type.listOf, `${place}[${index}]`))
        : [wrongValue(place, value, 'must be a list')];
    }
    if ('fields' in type) {
      return isObject(value)
        ? checkFields(value, type.fields, place)
        : [wrongValue(place, value, `must be an object${namesOf(type.fields)}`)];
    }
    if (typeof value === 'string' && type.oneOf.includes(value)) return [];
    const meant = typeof value === 'string' ? meantName(value, type.oneOf) : undefined;
    return [
      wrongValue(
        place,
        value,
        `must be one of ${type.oneOf.join(', ')}${meant === undefined ? '' : `; did you mean ${meant}?`}`,
      ),
    ];
  }
  if (type === 'labels') {
    return isObject(value)
      ? Object.entries(value).flatMap(([key, label]) =>
          checkValue(label, 'string', `${place}.${key}`),
        )
      : [wrongValue(place, value, 'must be an object of strings')];
  }
  return holds(value, type) ? [] : [wrongValue(place, value, `must be ${expectations[type]}`)];
}

const expectations = {
  string: 'a string (in YAML, quote a number such as "2.11")',
  boolean: 'true or false',
  int32: 'a whole number of 32 bits',
  int64: 'a whole number, or a string of digits',
  number: 'a number',
} as const;

function holds(value: Json, type: keyof typeof expectations): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'int32':
      return typeof value === 'number' && Number.isInteger(value) && (value | 0) === value;
    case 'int64':
      return (
        (typeof value === 'number' && Number.isSafeInteger(value)) ||
        (typeof value === 'string' && /^-?\d{1,19}$/.test(value))
      );
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
  }
}

function wrongValue(place: string, value: Json, expected: string): Fault {
  return {
    input: 'version_config',
    given: `${place}: ${JSON.stringify(value)}`,
    problem: expected,
  };
}

function unknownField(place: string, name: string, fields: Fields, path: string): Fault {
  const names = Object.keys(fields);
  const meant = meantName(name, names);
  const where = path === '' ? 'the Version resource of AI Platform' : `\`${path}\``;
  const cure =
    meant === undefined
      ? `its fields are ${names.filter((field) => !outputOnlyFields.includes(field)).join(', ') || 'none'}`
      : `did you mean \`${path === '' ? meant : `${path}.${meant}`}\`?`;
  return { input: 'version_config', given: place, problem: `no field of ${where}; ${cure}` };
}

/** The candidate that is spelled the same but for case, `_` and `-`; else the nearest one. */
function meantName(given: string, candidates: readonly string[]): string | undefined {
  const bare = (name: string): string => name.toLowerCase().replaceAll(/[_-]/g, '');
  return (
    candidates.find((candidate) => bare(candidate) === bare(given)) ??
    nearestName(given, candidates)
  );
}

function namesOf(fields: Fields): string {
  const names = Object.keys(fields);
  return names.length === 0 ? '' : ` with ${names.join(', ')}`;
}
