import { commentMarker, isMarked } from '../../src/github/comment-marker.ts';
import { hostileText, randomFrom, seeds } from '../report/hostile-text.ts';

const target = { model: 'fraud', platform: 'ai-platform', region: 'us-central1' } as const;

test('names model, platform and region', () => {
  expect(commentMarker(target)).toBe(
    '<!-- deploy-ai-platform model=fraud platform=ai-platform region=us-central1 -->',
  );
});

test('is another one for another model, platform or region', () => {
  const markers = [
    target,
    { ...target, model: 'fraud2' },
    { ...target, platform: 'vertex-ai' },
    { ...target, region: 'global' },
    { ...target, model: 'fraud platform=ai-platform' },
  ] as const;
  expect(new Set(markers.map(commentMarker)).size).toBe(markers.length);
});

test('is found only at the top of a comment', () => {
  const marker = commentMarker(target);
  expect(isMarked(`${marker}\nx`, marker)).toBe(true);
  expect(isMarked(`${marker}\r\nx`, marker)).toBe(true);
  expect(isMarked(`> ${marker}\nx`, marker)).toBe(false);
  expect(isMarked(`x\n${marker}`, marker)).toBe(false);
  expect(isMarked(`${marker} x`, marker)).toBe(false);
});

test.each(seeds)('is one HTML comment, whatever the model is called (seed %i)', (seed) => {
  const random = randomFrom(seed);
  for (let round = 0; round < 5000; round += 1) {
    const model = hostileText(random);
    const marker = commentMarker({ ...target, model });
    if (
      !/^<!-- [\w.~%=-]+(?: [\w.~%=-]+){3} -->$/.test(marker) ||
      marker.slice(4, -3).includes('--')
    ) {
      throw new Error(`${JSON.stringify(model)} gave ${marker}`);
    }
  }
});
