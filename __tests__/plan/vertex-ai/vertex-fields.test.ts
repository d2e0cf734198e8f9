import type { FieldType, Fields } from '../../../src/plan/config-fields.ts';
import { checkConfig } from '../../../src/plan/config-fields.ts';
import { migratedFields, vertexAiFields } from '../../../src/plan/vertex-ai/vertex-fields.ts';
import { messages } from '../../../emulator/vertex-ai/messages.ts';
import type { JsonObject } from '../../../src/world.ts';

/** A field of the emulator's messages, as far as it leads to others. */
type Emulated =
  | string
  | { readonly message: string }
  | { readonly listOf: Emulated }
  | { readonly mapOf: Emulated }
  | { readonly values: readonly string[] };

const emulated = messages as unknown as Readonly<
  Record<string, Readonly<Record<string, Emulated>>>
>;

/** What emulator and action call differently, or only one of them knows. */
const apart: readonly string[] = [
  'DeployedModel.gdcConnectedModel',
  'MachineSpec.gpuPartitionSize',
];

function told(config: JsonObject): string[] {
  return checkConfig(config, vertexAiFields).map(({ given, problem }) => `${given} | ${problem}`);
}

function compare(fields: Fields, message: string): string[] {
  const theirs = emulated[message] ?? {};
  const names = Object.keys(theirs).filter((name) => !apart.includes(`${message}.${name}`));
  const missing = names
    .filter((name) => !Object.hasOwn(fields, name))
    .map((name) => `${message}.${name} is missing`);
  const extra = Object.keys(fields)
    .filter((name) => !names.includes(name))
    .map((name) => `${message}.${name} is unknown`);
  const deeper = names.flatMap((name) =>
    compareTypes(fields[name] ?? 'any', theirs[name] ?? '', `${message}.${name}`),
  );
  return [...missing, ...extra, ...deeper];
}

function compareTypes(ours: FieldType, theirs: Emulated, place: string): string[] {
  if (typeof ours !== 'object' || typeof theirs !== 'object') return [];
  if ('message' in theirs) {
    return 'fields' in ours ? compare(ours.fields, theirs.message) : [`${place} is no message`];
  }
  if ('listOf' in theirs) {
    return 'listOf' in ours
      ? compareTypes(ours.listOf, theirs.listOf, place)
      : [`${place} is no list`];
  }
  if ('mapOf' in theirs) {
    return 'mapOf' in ours ? compareTypes(ours.mapOf, theirs.mapOf, place) : [`${place} is no map`];
  }
  const words = theirs.values.filter((word) => !/UNSPECIFIED$/.test(word));
  return 'oneOf' in ours && [...ours.oneOf].sort().join() === words.sort().join()
    ? []
    : [`${place} has other words`];
}

test('the fields, at any depth, are those that the service takes', () => {
  const { deployedModel, endpoint, ...others } = vertexAiFields.fields;
  const model = Object.fromEntries(
    Object.entries(others).filter(([name]) => !migratedFields.some((field) => field === name)),
  );
  expect(compare(model, 'Model')).toEqual([]);
  expect(compareTypes(deployedModel ?? 'any', { message: 'DeployedModel' }, '')).toEqual([]);
  expect(compareTypes(endpoint ?? 'any', { message: 'Endpoint' }, '')).toEqual([]);
});

test('every field that only the service writes is a field', () => {
  for (const path of vertexAiFields.outputOnly) {
    const message = path.split('.').slice(0, -1);
    const fields = message.reduce<Fields>((parent, name) => {
      const type = parent[name];
      return typeof type === 'object' && 'fields' in type ? type.fields : {};
    }, vertexAiFields.fields);
    expect(Object.keys(fields)).toContain(path.split('.').at(-1));
  }
});

test.each<[string, JsonObject, string]>([
  [
    'a field in snake_case',
    { container_spec: {} },
    'container_spec | no field of the Model resource of Vertex AI, nor `deployedModel` or `endpoint`; did you mean `containerSpec`?',
  ],
  [
    'a field of a probe',
    { containerSpec: { healthProbe: { httpGet: { url: '/' } } } },
    'containerSpec.healthProbe.httpGet.url | no field of `containerSpec.healthProbe.httpGet`; its fields are path, port, host, scheme, httpHeaders',
  ],
  [
    'a field in a map of messages',
    { explanationSpec: { metadata: { inputs: { x: { inputTensor: 'x:0' } } } } },
    'explanationSpec.metadata.inputs.x.inputTensor | no field of `explanationSpec.metadata.inputs.x`; did you mean `explanationSpec.metadata.inputs.x.inputTensorName`?',
  ],
  [
    'a list where a map belongs',
    { explanationSpec: { metadata: { inputs: [] } } },
    'explanationSpec.metadata.inputs: [] | must be an object',
  ],
  [
    'an accelerator that is mistyped',
    { deployedModel: { dedicatedResources: { machineSpec: { acceleratorType: 'NVIDIA_L5' } } } },
    'did you mean NVIDIA_L4?',
  ],
])('%s is told with its path', (_name, config, expected) => {
  expect(told(config).join()).toContain(expected);
});

test('what may be anything is anything', () => {
  expect(told({ metadata: [1, { a: null }], metadataSchemaUri: 'gs://b/s.yaml' })).toEqual([]);
});
