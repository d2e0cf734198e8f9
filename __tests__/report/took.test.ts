import { totalSeconds } from '../../src/report/took.ts';

test('the model is made while the upload runs, and counts once', () => {
  expect(
    totalSeconds({
      stages: new Map([
        ['plan', 1],
        ['model', 3],
        ['upload', 8],
        ['wait', 5],
      ]),
    }),
  ).toBe(14);
  expect(totalSeconds({ stages: new Map([['model', 3]]) })).toBe(3);
  expect(totalSeconds({ stages: new Map() })).toBe(0);
});
