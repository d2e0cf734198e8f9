import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const page = readFileSync(join(import.meta.dirname, '..', 'docs', 'troubleshooting.md'), 'utf8');
const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => text);

test('no two headings of docs/troubleshooting.md are the same', () => {
  expect(headings.length).toBeGreaterThan(50);
  expect(headings.filter((text, index) => headings.indexOf(text) !== index)).toEqual([]);
});

test('where the same failed for several reasons, the heading starts with what the service said', () => {
  expect(
    headings.filter((text) => text.endsWith('Uploading to gs://acme-aiplatform/ failed.')),
  ).toEqual(
    expect.arrayContaining([
      '`Forbidden`: Uploading to gs://acme-aiplatform/ failed.',
      '`Request Entity Too Large`: Uploading to gs://acme-aiplatform/ failed.',
    ]),
  );
});
