import { shiftTraffic } from '../../../src/plan/vertex-ai/traffic.ts';

test.each<[string, Record<string, number>, number, Record<string, number>]>([
  ['all of it', { a: 100 }, 100, { a: 0, new: 100 }],
  ['a canary', { a: 100 }, 10, { a: 90, new: 10 }],
  ['others in proportion', { a: 60, b: 40 }, 50, { a: 30, b: 20, new: 50 }],
  ['who had none keeps none', { a: 100, b: 0 }, 33, { a: 67, b: 0, new: 33 }],
  [
    'the remainder goes to the largest',
    { a: 50, b: 30, c: 20 },
    1,
    { a: 49, b: 30, c: 20, new: 1 },
  ],
  ['of equal remainders the larger share wins', { a: 50, b: 50 }, 1, { a: 50, b: 49, new: 1 }],
  ['less than before', { a: 10, new: 90 }, 20, { a: 80, new: 20 }],
  ['nothing else is there', {}, 10, { new: 100 }],
  ['nothing else has any', { a: 0, new: 0 }, 10, { a: 0, new: 100 }],
  ['it alone has all', { new: 100 }, 10, { new: 100 }],
  ['a split of another sum', { a: 1, b: 1 }, 50, { a: 25, b: 25, new: 50 }],
  ['none of it', { a: 50, new: 50 }, 0, { a: 100, new: 0 }],
])('%s: %j and %d for the new one gives %j', (_name, split, percent, expected) => {
  expect(shiftTraffic(split, 'new', percent)).toEqual(expected);
});

test('whatever the split, the sum is 100, nobody gains from nothing, and shares stay within one of exact', () => {
  let seed = 11;
  const random = (below: number): number => (seed = (seed * 48_271) % 0x7fffffff) % below;
  for (let round = 0; round < 3000; round += 1) {
    const split: Record<string, number> = {};
    let left = 100;
    for (let index = random(6); index > 0; index -= 1) {
      const share = random(3) === 0 ? 0 : random(left + 1);
      split[`id${index}`] = share;
      left -= share;
    }
    if (random(2) === 0) split['last'] = left;
    const percent = random(101);
    const id = random(2) === 0 ? 'new' : 'id1';
    const shifted = shiftTraffic(split, id, percent);
    const others = Object.keys(split).filter((other) => other !== id);
    const had = others.reduce((sum, other) => sum + (split[other] ?? 0), 0);
    expect(Object.values(shifted).reduce((sum, share) => sum + share, 0)).toBe(100);
    expect(Object.keys(shifted).sort()).toEqual([...others, id].sort());
    expect(shifted[id]).toBe(had === 0 ? 100 : percent);
    for (const other of others) {
      const before = split[other] ?? 0;
      const exact = had === 0 ? 0 : (before * (100 - percent)) / had;
      expect(Number.isInteger(shifted[other])).toBe(true);
      expect(Math.abs((shifted[other] ?? 0) - exact)).toBeLessThan(1);
      if (before === 0) expect(shifted[other]).toBe(0);
    }
  }
});
