import { randomBytes } from 'node:crypto';
import {
  forAnnotation,
  forCodeBlock,
  forLog,
  forMarkdown,
  forMarkdownCode,
  forMarkdownProse,
} from '../../src/report/foreign-text.ts';
import { keepSecret, withoutSecrets } from '../../src/secrets.ts';

// Fakes are made here, so that nothing in the repository looks like a secret.
const secret = `ya29.${randomBytes(24).toString('base64')}+/=`;
const key = ['-----BEGIN-----', randomBytes(30).toString('base64'), 'short', '-----END-----'].join(
  '\n',
);
const part = (): string => randomBytes(24).toString('base64url');
const signed = `eyJ${part()}.eyJ${part()}.${part()}`;

beforeAll(() => {
  keepSecret(secret);
  keepSecret(key);
});

test.each([
  ['the log', forLog],
  ['annotations', (text: string) => forAnnotation(text, 900)],
  ['Markdown', forMarkdown],
  ['code', forMarkdownCode],
  ['prose', forMarkdownProse],
  ['code blocks', (text: string) => forCodeBlock('text', text)],
])('%s let no secret through that a service echoes', (_, sink) => {
  const [, line = ''] = key.split('\n');
  const echoed = `400: Bearer ${secret}, ${encodeURIComponent(secret)}, ${line}; assertion=${signed}`;
  const shown = sink(echoed);
  for (const hidden of [secret, encodeURIComponent(secret), line, signed, signed.slice(20)]) {
    expect(shown).not.toContain(hidden);
  }
  expect(withoutSecrets(echoed)).toBe('400: Bearer ***, ***, ***; assertion=***');
});

test('words that are too short to be a secret stay', () => {
  expect(withoutSecrets('a short word')).toBe('a short word');
  expect(keepSecret('short')).toEqual([]);
});
