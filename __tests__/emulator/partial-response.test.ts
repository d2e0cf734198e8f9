import { startEmulator } from '../../emulator/emulator.ts';
import type { Emulator } from '../../emulator/exchange.ts';
import { put, send } from './exchange.ts';

let emulator: Emulator;
let objects: string;

beforeEach(async () => {
  emulator = await startEmulator({ buckets: ['acme'] });
  objects = `${emulator.origin}/storage/v1/b/acme/o`;
  await put(emulator.origin, 'acme', 'a/model.joblib', 'twelve bytes');
});
afterEach(() => emulator.close());

describe('fields', () => {
  test.each([
    ['name,size', { name: 'a/model.joblib', size: '12' }],
    ['size,unknown', { size: '12' }],
    ['nothing', {}],
  ])('of an object, %s', async (fields, expected) => {
    const { status, json } = await send('GET', `${objects}/a%2Fmodel.joblib?fields=${fields}`);
    expect([status, json]).toEqual([200, expected]);
  });

  test('with `*` or without text, everything', async () => {
    const whole = await send('GET', `${objects}/a%2Fmodel.joblib`);
    expect(whole.json).toMatchObject({ kind: 'storage#object', bucket: 'acme' });
    for (const fields of ['*', '']) {
      expect(await send('GET', `${objects}/a%2Fmodel.joblib?fields=${fields}`)).toMatchObject({
        json: whole.json,
      });
    }
  });

  test.each(['items(name,size),prefixes', 'items/name,items/size', 'items(name),items/size'])(
    'of a listing, %s',
    async (fields) => {
      const { json } = await send('GET', `${objects}?fields=${fields}`);
      expect(json).toEqual({ items: [{ name: 'a/model.joblib', size: '12' }] });
    },
  );

  test('of an upload', async () => {
    const url = `${emulator.origin}/upload/storage/v1/b/acme/o?uploadType=media&name=b&fields=name,size`;
    const answer = await fetch(url, { method: 'POST', body: 'four' });
    expect([answer.status, await answer.json()]).toEqual([200, { name: 'b', size: '4' }]);
  });

  test('leave refusals whole', async () => {
    const { status, json } = await send('GET', `${objects}/none?fields=name`);
    expect([status, json]).toEqual([
      404,
      expect.objectContaining({ error: expect.objectContaining({ code: 404 }) as unknown }),
    ]);
  });

  test.each(['items(name', 'items)', ',name', 'items/', 'na me'])(
    'that cannot be read are refused: %s',
    async (fields) => {
      const { status, json } = await send('GET', `${objects}?fields=${encodeURIComponent(fields)}`);
      expect([status, json]).toMatchObject([
        400,
        { error: { message: `Invalid field selection ${fields}` } },
      ]);
    },
  );
});
