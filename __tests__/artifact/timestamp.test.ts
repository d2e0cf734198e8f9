import { parseTimestamp, tellTime } from '../../src/artifact/timestamp.ts';

const MOMENT = Date.UTC(2023, 10, 14, 22, 13, 20) * 1000;

test.each([
  '1700000000',
  '1700000000000',
  '1700000000000000',
  '20231114221320',
  '20231114-221320',
  '20231114T221320',
  '20231114T221320Z',
  '20231114221320Z',
])('%s is 14 November 2023, 22:13:20 UTC', (name) => {
  const timestamp = parseTimestamp(name);
  expect(timestamp).toEqual({ name, microseconds: MOMENT });
  expect(timestamp && tellTime(timestamp)).toBe('2023-11-14T22:13:20Z');
});

test.each([
  '',
  '1',
  '2023',
  '20231114',
  '1700000000.5',
  '-1700000000',
  '+1700000000',
  '0x6553f100',
  '01700000000',
  '17000000000',
  '17000000000000',
  '1700000000000000000',
  'temp-1700000000',
  '1700000000 ',
  '1700000000\n',
  '20231399221320',
  '20230230000000',
  '20231114_221320',
  '20231114T246060',
  '20231114 221320',
  '١٧٠٠٠٠٠٠٠٠',
])('%j is no timestamp', (name) => {
  expect(parseTimestamp(name)).toBeUndefined();
});

test('moments are compared, whatever the unit and the length of the name', () => {
  const names = ['1700000002', '1700000001000', '999999999', '20231114-221323', '1700000000000000'];
  const sorted = names
    .map((name) => parseTimestamp(name))
    .sort((a, b) => (a?.microseconds ?? 0) - (b?.microseconds ?? 0));
  expect(sorted.map((timestamp) => timestamp?.name)).toEqual([
    '999999999',
    '1700000000000000',
    '1700000001000',
    '1700000002',
    '20231114-221323',
  ]);
});

test('microseconds are told apart', () => {
  expect(parseTimestamp('1700000000000001')?.microseconds).toBe(MOMENT + 1);
});
