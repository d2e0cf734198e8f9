import { place, refused, startService } from './service-under-test.ts';
import type { Answer, ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;

beforeEach(async () => {
  service = await startService();
  await service.upload({ modelId: 'fraud' }, { versionAliases: ['golden'] });
  await service.upload({ parentModel: `${place}/models/fraud` });
});
afterEach(async () => {
  await service.emulator.close();
});

function merge(version: string, versionAliases?: readonly string[]): Promise<Answer> {
  return service.call('POST', `/models/fraud@${version}:mergeVersionAliases`, { versionAliases });
}

async function held(): Promise<unknown> {
  const { body } = await service.call('GET', '/models/fraud:listVersions');
  const entries = body.models?.map((model) => [model.versionId, model.versionAliases?.toSorted()]);
  return Object.fromEntries(entries ?? []) as unknown;
}

test('an alias is taken from the version that had it, the default too', async () => {
  const { body } = await merge('2', ['default', 'golden', 'new-one']);
  expect(body.versionId).toBe('2');
  expect(await held()).toEqual({ 1: undefined, 2: ['default', 'golden', 'new-one'] });
  expect((await service.call('GET', '/models/fraud')).body.versionId).toBe('2');
});

test('a hyphen removes; adding and removing the same one cancels out', async () => {
  await merge('1', ['-golden']);
  expect(await held()).toEqual({ 1: ['default'], 2: undefined });
  await merge('2', ['golden', '-golden']);
  expect(await held()).toEqual({ 1: ['default'], 2: undefined });
});

test('removing an alias that another version has changes nothing', async () => {
  expect((await merge('2', ['-golden', '-default'])).status).toBe(200);
  expect(await held()).toEqual({ 1: ['default', 'golden'], 2: undefined });
});

test('the default cannot be removed, only moved', async () => {
  expect(await merge('1', ['-default'])).toEqual(
    refused(400, 'INVALID_ARGUMENT', /"default" cannot be removed: exactly one version has it/),
  );
  expect(await held()).toEqual({ 1: ['default', 'golden'], 2: undefined });
});

test('bad aliases, none at all and unknown versions are refused', async () => {
  expect(await merge('2', ['7'])).toEqual(refused(400, 'INVALID_ARGUMENT', /"7" is not/));
  expect(await merge('2')).toEqual(refused(400, 'INVALID_ARGUMENT', /Required field/));
  expect(await merge('9', ['golden'])).toEqual(
    refused(404, 'NOT_FOUND', /"fraud@9" does not exist/),
  );
});
