import type { DeployRecord } from '../record.ts';
import { commentFacts } from './comment-facts.ts';
import { headline } from './comment-headline.ts';
import {
  changesSection,
  failureSections,
  predictionsSection,
  proofSection,
  undoSection,
} from './comment-sections.ts';
import { forLink } from './foreign-text.ts';
import { progressSections } from './summary-ending.ts';

/**
 * Longest comment, in UTF-16 units, of which a text never has fewer than code points. GitHub's limit is 65,536
 * characters; the hidden marker goes on top.
 */
const LONGEST = 60_000;

/** How much a comment tells, from everything to the least; the first that fits is taken. */
const details: readonly ((record: DeployRecord) => readonly string[])[] = [
  (record) => [...told(record, 30), predictionsSection(record)],
  (record) => unfolded(told(record, 30)),
  (record) => unfolded(told(record, 5)),
  (record) => [headline(record)],
];

/**
 * The comment on a pull request, in GitHub's Markdown, without its marker: what became of the version, what
 * served before and serves now, what proved it, what is left, and where to read more. Text from outside
 * notifies nobody and links to nothing.
 */
export function commentOf(record: DeployRecord): string {
  let comment = '';
  for (const [level, sections] of details.entries()) {
    const parts = [...sections(record), ...ending(record, level > 0)];
    comment = `${parts.filter((part) => part !== '').join('\n\n')}\n`;
    if (comment.length <= LONGEST) break;
  }
  return comment;
}

/** Everything but the predictions; lists end after `most`. */
function told(record: DeployRecord, most: number): readonly string[] {
  const { failure, status } = record;
  return [
    headline(record),
    commentFacts(record),
    ...failureSections(record, most),
    proofSection(record, most),
    changesSection(record, most),
    ...(failure === undefined && (status === 'planned' || status === 'in-progress')
      ? progressSections(withoutChanges(record))
      : [undoSection(record)]),
  ];
}

/** The changes have a section of their own, also once they are made. */
function withoutChanges(record: DeployRecord): DeployRecord {
  return record.plan === undefined ? record : { ...record, plan: { ...record.plan, changes: [] } };
}

/** What is folded is what a reader can do without. */
function unfolded(sections: readonly string[]): readonly string[] {
  return sections.filter((section) => !section.startsWith('<details>'));
}

/** That parts are left out, and where to read all of it. */
function ending({ request }: DeployRecord, isShortened: boolean): readonly string[] {
  const { repository, runId, serverUrl = '' } = request?.run ?? {};
  const note = isShortened ? '_Parts were left out, because the comment would be too long._' : '';
  if (repository === undefined || runId === undefined) return [note];
  const page = forLink(serverUrl, [...repository.split('/'), 'actions', 'runs', runId]);
  if (page === undefined) return [note];
  const more = request?.summary === false ? 'the log' : 'the log and the whole report';
  return [note, `[This run](${page}) has ${more}.`];
}
