import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { actionUnderTest, expectGoodManners } from './action/action-under-test.ts';

interface WorkflowStep {
  readonly with: Readonly<Record<string, string | number>>;
}

/** The workflows of docs/migrating.md, as they stand there. */
async function workflows(): Promise<readonly WorkflowStep[]> {
  const text = await readFile(join(import.meta.dirname, '..', 'docs', 'migrating.md'), 'utf8');
  return [...text.matchAll(/```yaml\n(.*?)```/gs)].map((match) => {
    const [step] = parse(match[1] ?? '') as readonly WorkflowStep[];
    if (step === undefined) throw new Error('no step in the block');
    return step;
  });
}

test('the guide holds a workflow before and one after, which differ in one word', async () => {
  const [before, after] = await workflows();
  expect(after?.with).toEqual({ platform: 'vertex-ai', ...before?.with });
});

test.each(['before', 'after'] as const)('the workflow %s the move deploys', async (when) => {
  const [before, after] = await workflows();
  const step = when === 'before' ? before : after;
  await using action = await actionUnderTest();
  await action.copyModel('tensorflow/export', 'export');
  const inputs = Object.fromEntries(
    Object.entries(step?.with ?? {}).map(([name, value]) => [name, String(value)]),
  );
  const result = await action.run(inputs);
  expectGoodManners(result);
  expect(result.outputs).toMatchObject({ status: 'deployed', state: 'READY', promoted: 'true' });
  expect(result.summary.includes('Translated to Vertex AI')).toBe(when === 'after');
});
