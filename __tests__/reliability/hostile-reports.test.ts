import { commentOf } from '../../src/report/comment.ts';
import { summaryOf } from '../../src/report/summary.ts';
import type { DeployRecord } from '../../src/record.ts';
import { fuzz, rounds, TIMEOUT_MILLISECONDS } from './fuzz.ts';
import { noEngine, reachesOut, rendered, tagsIn } from './github-markdown.ts';
import { kinds, poisoned } from './poisoned-records.ts';

// Whole reports with hostile text in the place of every string: what is made of them does not depend on it.

const END = '###### the end of one report';

const reports: Readonly<Record<string, (record: DeployRecord) => string>> = {
  summary: summaryOf,
  comment: commentOf,
};

/** The HTML of each of the documents, which GitHub's engine reads as one, so that nothing can leak unseen. */
function renderedEach(documents: readonly string[]): readonly string[] {
  return rendered(documents.map((each) => `${each}\n\n${END}\n\n`).join(''))
    .split(/<h6>the end of one report<\/h6>/)
    .slice(0, -1);
}

/** Every element in order, and where links lead; code within a line may be anywhere, and does nothing. */
function formOf(html: string): string {
  return tagsIn(html)
    .filter((tag) => !['<code>', '</code>', '<!-- -->'].includes(tag))
    .map((tag) => {
      const [, href] = /^<a href="([^"]*)"/.exec(tag) ?? [];
      return href === undefined ? tag : `<a ${new URL(href).origin}>`;
    })
    .join('');
}

(noEngine === '' ? describe : describe.skip).each(
  kinds.flatMap((kind) => Object.keys(reports).map((name) => [name, kind] as const)),
)(`the %s of a deploy that is %s${noEngine}`, (name, kind) => {
  const report = reports[name] ?? summaryOf;
  test(
    'OUT-10 a report has the same form with hostile text in every field, notifies nobody, links nowhere else',
    () => {
      const [form = ''] = renderedEach([report(poisoned(kind, 'x'))]).map(formOf);
      expect(form).toContain('<h3>');
      fuzz(
        (texts) => {
          const wellPlaced = texts.map((text) => `x${text.replace(/[\r\n]/g, ' ')}`);
          const pages = renderedEach(wellPlaced.map((text) => report(poisoned(kind, text))));
          expect(pages).toHaveLength(texts.length);
          for (const [index, page] of pages.entries()) {
            if (formOf(page) === form && !reachesOut(page)) continue;
            throw new Error(`${JSON.stringify(wellPlaced[index])} gave\n${page}`);
          }
        },
        Math.ceil(rounds / 30),
      );
    },
    TIMEOUT_MILLISECONDS,
  );
});

describe.each(Object.entries(reports))('the %s', (_, report) => {
  test.each([
    'javascript:alert(1)',
    'https://evil.test)[x](https://b.test',
    'https://a|b.test',
    'https://a(b.test',
    'file:///etc',
    '//b.test',
    'no URL',
  ])('OUT-10 a report links nothing on a server of GitHub whose URL is %j', (serverUrl) => {
    const { request, ...record } = poisoned('failed', 'x');
    if (request === undefined) throw new Error('There is no request.');
    const run = { ...request.run, repository: 'acme/fraud', serverUrl };
    const text = report({ ...record, request: { ...request, run } });
    expect(text).toMatch(/^\| Commit \| `x` x \|$/m);
    expect(text).not.toContain('acme/fraud');
  });
});
