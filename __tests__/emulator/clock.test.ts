import { startService } from './vertex-ai/service-under-test.ts';

const HOUR = 3_600_000;
const hoursSince = (time: unknown): number =>
  Math.round((Date.now() - Date.parse(String(time))) / HOUR);

test('what is made while the clock is shifted is as old as that, on every service', async () => {
  const service = await startService();
  try {
    const { emulator, regional } = service;
    emulator.shiftClock(-3 * HOUR);
    await service.put('old/model.pkl', 'x');
    await regional.call('POST', '/models', { name: 'fraud' });
    await regional.deploy('v1');
    await service.upload({ modelId: 'fraud' });
    emulator.shiftClock(0);
    await regional.deploy('v2');

    const object = await fetch(`${emulator.origin}/storage/v1/b/models/o/old%2Fmodel.pkl`);
    const { timeCreated } = (await object.json()) as { readonly timeCreated: string };
    expect(hoursSince(timeCreated)).toBe(3);
    const ages = ['v1', 'v2'].map(async (version) => {
      const { body } = await regional.call('GET', `/models/fraud/versions/${version}`);
      return hoursSince((body as { readonly createTime?: unknown }).createTime);
    });
    expect(await Promise.all(ages)).toEqual([3, 0]);
    const { body } = await service.call('GET', '/models/fraud@1');
    expect(hoursSince((body as { readonly versionCreateTime?: unknown }).versionCreateTime)).toBe(
      3,
    );
  } finally {
    await service.emulator.close();
  }
});

test('an operation has had its time once the clock has gone on', async () => {
  const service = await startService({ operationMilliseconds: 24 * HOUR });
  try {
    const { emulator, regional } = service;
    await regional.call('POST', '/models', { name: 'fraud' });
    const operation = await regional.deploy('v1');
    expect(operation.body.done).toBeUndefined();
    emulator.shiftClock(25 * HOUR);
    const { body } = await regional.call('GET', '/models/fraud/versions/v1');
    expect(body).toMatchObject({ state: 'READY' });
  } finally {
    await service.emulator.close();
  }
});
