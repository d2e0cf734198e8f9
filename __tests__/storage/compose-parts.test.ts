import { composeParts } from '../../src/storage/compose-parts.ts';
import type { Workshop } from '../../src/storage/insert-object.ts';
import { openJsonApi } from '../../src/storage/json-api.ts';
import { openRetrying } from '../../src/storage/retrying.ts';
import { openTransport } from '../../src/storage/transport.ts';
import { BUCKET, noise, put, setStage } from './stage.ts';
import type { Stage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await setStage();
});
afterEach(async () => {
  await stage.close();
});

function openWorkshop(): Workshop {
  const world = stage.world();
  const { signal } = world;
  const baseUrl = stage.emulator.origin;
  const transport = openTransport(baseUrl, world);
  const retrying = openRetrying(world, { succeeded: () => undefined, refused: () => undefined });
  const api = openJsonApi(baseUrl, transport, retrying, world, signal);
  return {
    baseUrl,
    host: new URL(baseUrl).host,
    transport,
    retrying,
    api,
    world,
    signal,
    stop: () => undefined,
    chunkBytes: 16 * 1024 * 1024,
    sessions: new Set(),
  };
}

test('seventy parts are put together in two rounds, in order, and all pieces are told', async () => {
  const pieces = Array.from({ length: 70 }, (_, index) => String(index).padStart(4, '0'));
  const storage = stage.storage();
  const files = pieces.map((piece) => stage.file(piece, 10 + Number(piece)));
  await put(storage, files, { directory: 'x.parts-1/' });
  const parts = await storage.list(BUCKET, 'x.parts-1/');
  const target = { bucket: BUCKET, name: 'x/model.bin' };
  const composed = await composeParts(openWorkshop(), target, 'x.parts-1/', parts);
  const whole = Buffer.concat(files.map(({ name, bytes }) => noise(name, bytes)));
  expect(await storage.read(BUCKET, 'x/model.bin', 1e6)).toEqual(whole);
  expect(composed.inPlace.object.bytes).toBe(whole.length);
  const left = (await storage.list(BUCKET, 'x.parts-1/')).map(({ name }) => name);
  expect(composed.parts.map(({ name }) => name).toSorted()).toEqual(left);
  expect(left.filter((name) => name.startsWith('x.parts-1/1-'))).toHaveLength(3);
});

test('parts that are not what was sent make a damaged object, which is deleted', async () => {
  const storage = stage.storage();
  await put(storage, [stage.file('a', 10), stage.file('b', 10)], { directory: 'x.parts-1/' });
  const parts = await storage.list(BUCKET, 'x.parts-1/');
  const claimed = parts.map((part) => ({ ...part, crc32c: 'AAAAAA==' }));
  const target = { bucket: BUCKET, name: 'x/model.bin' };
  const composing = composeParts(openWorkshop(), target, 'x.parts-1/', claimed);
  await expect(composing).rejects.toMatchObject({ name: 'Failure', code: 'transient' });
  expect(await storage.list(BUCKET, 'x/')).toEqual([]);
});

test('what an unanswered try has put together may be read a moment later only', async () => {
  const storage = stage.storage();
  await put(storage, [stage.file('a', 10), stage.file('b', 10)], { directory: 'x.parts-1/' });
  const parts = await storage.list(BUCKET, 'x.parts-1/');
  const lost = stage.emulator.misbehave({ url: /compose/, action: { kind: 'lose-answer' } });
  const lag = stage.emulator.misbehave({
    method: 'GET',
    url: /o\/x%2Fmodel/,
    action: { kind: 'status', status: 404 },
  });
  const target = { bucket: BUCKET, name: 'x/model.bin' };
  const { inPlace } = await composeParts(openWorkshop(), target, 'x.parts-1/', parts);
  expect([lost.played, lag.played]).toEqual([1, 1]);
  expect(inPlace.object.bytes).toBe(20);
});
