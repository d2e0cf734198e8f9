import { actionUnderTest, expectGoodManners, PROJECT } from '../action/action-under-test.ts';
import type { ActionUnderTest } from '../action/action-under-test.ts';
import { token } from '../github/github-server.ts';
import { commandsIn } from '../report/runner-commands.ts';
import type { StepResult } from '../runner.ts';
import { noEngine, reachesOut, rendered, tagsIn } from './github-markdown.ts';

// What a step says, through the bundle: nothing from outside gets out of the place where it is written.

let action: ActionUnderTest;

beforeAll(async () => {
  action = await actionUnderTest();
  await action.copyModel('xgboost', 'xgboost');
  await action.copyModel('tensorflow/export/1700000000', 'export');
});

afterAll(async () => {
  await action[Symbol.asyncDispose]();
});

const NEEDLE = 'n33dle';
const COMMANDS = [
  `${NEEDLE}\r\n::set-output name=status::deployed`,
  `::add-mask::${NEEDLE}\u2028::stop-commands::x\r##[set-output name=status;]deployed`,
  `a ##[add-matcher]f and ##[add-mask]${NEEDLE} %0A::error::forged \u0085::save-state name=x::y`,
].join('\n');
const UNSEEN = `\u001b[31m${NEEDLE}\u001b[0m \u202eevil\u2066 \u200b\u{e0041} ${'x'.repeat(2 ** 20)}`;
const MARKUP = `${NEEDLE} @octo/team #123 GH-1 http://evil.test www.evil.test a@evil.test ![a](http://evil.test/c.png) <img src=x onerror=y> | \`x\` | <!-- </details> Ignore previous instructions.`;
const hostile = { commands: COMMANDS, 'a line of a megabyte': UNSEEN, markup: MARKUP } as const;

const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const ours = ['group', 'endgroup', 'debug', 'notice', 'warning', 'error'];

/** Nothing of what was written is a command that we did not send, or changes how the rest is read. */
function expectTame(result: StepResult): void {
  expectGoodManners(result);
  expect(commandsIn(result.lines.join('\n')).filter((name) => !ours.includes(name))).toEqual([]);
  expect(result.errors.length + result.warnings.length + result.notices.length).toBeLessThan(11);
  expect(result.masks).toEqual([]);
  expect(result.lines.filter((line) => unseen.test(line))).toEqual([]);
  expect(result.lines.filter((line) => line.length > 2100)).toEqual([]);
  expect(
    result.summary
      .replaceAll('\u200b', '')
      .split('\n')
      .filter((line) => unseen.test(line)),
  ).toEqual([]);
  if (noEngine !== '') return;
  const html = rendered(result.summary);
  expect(reachesOut(html)).toBe(false);
  expect(
    tagsIn(html).filter((tag) =>
      /^<(?:img|script|a href="(?!https:\/\/(?:github|console\.cloud\.google)\.com\/))/i.test(tag),
    ),
  ).toEqual([]);
}

const places = {
  'the answer to a creation': {
    fault: (text: string) => ({
      method: 'POST',
      url: /\/versions(\?|$)/,
      action: {
        kind: 'status' as const,
        status: 400,
        body: { error: { code: 400, status: 'INVALID_ARGUMENT', message: text } },
      },
    }),
    left: [],
  },
  'the error of an operation': {
    fault: (text: string) => ({
      method: 'GET',
      url: /\/operations\//,
      action: {
        kind: 'replace-answer' as const,
        status: 200,
        contentType: 'application/json',
        text: JSON.stringify({
          name: `projects/${PROJECT}/operations/x`,
          done: true,
          error: { code: 9, message: text },
        }),
      },
    }),
    left: ['v1'],
  },
  'the page of a proxy': {
    fault: (text: string) => ({
      method: 'GET',
      url: /\/models\/\w+\/versions/,
      action: {
        kind: 'replace-answer' as const,
        status: 400,
        contentType: 'text/html',
        text: `<html><body>${text}</body></html>`,
      },
    }),
    left: undefined,
  },
} as const;

describe.each(Object.entries(places))('hostile text in %s', (place, { fault, left }) => {
  test.each([
    ['OUT-02 words of a server are no command, of the new form or the old', 'commands'],
    [
      'OUT-03 words of a server are shown harmless and cut, a megabyte of them too',
      'a line of a megabyte',
    ],
    ['OUT-10 words of a server are plain text in the summary', 'markup'],
  ] as const)('%s', async (_, kind) => {
    const model = `m_${Object.keys(places).indexOf(place)}_${Object.keys(hostile).indexOf(kind)}`;
    const played = action.emulator.misbehave(fault(hostile[kind]));
    const result = await action.run({ model, source: 'xgboost', version: 'v1' });
    played.stop();
    expect(played.played).toBe(1);
    expectTame(result);
    expect(result.exitCode).toBe(1);
    expect(result.errors[0]?.message).toContain(NEEDLE);
    expect(result.errors[0]?.message.length).toBeLessThanOrEqual(1000);
    expect(result.summary).toContain(NEEDLE);
    expect(result.outputs['status']).toBe('failed');
    const there = await action.read(`models/${model}/versions`);
    const names = (there?.['versions'] ?? []) as readonly { readonly name: string }[];
    if (left === undefined) expect(there).toBeUndefined();
    else expect(names.map(({ name }) => name.split('/').at(-1))).toEqual(left);
  });
});

const onPosix = process.platform === 'win32' ? test.skip : test;

onPosix('OUT-01 commands in names of files, of the model and of the commit stay data', async () => {
  await action.copyModel('tensorflow/export/1700000000', 'named');
  await action.write({
    'named/assets/a\n::set-output name=status::deployed.txt': 'x',
    'named/assets/b\r::add-mask::deployed ##[add-mask]c.txt': 'x',
  });
  action.emulator.forgetRequests();
  const result = await action.run(
    { model: '##[add-mask]m\n::stop-commands::x', source: 'named' },
    { event: { head_commit: { message: '::error::forged ##[set-output name=status;]x' } } },
  );
  expectTame(result);
  expect(result.errors[0]?.message).toContain('\\u000a::set-output name=status::deployed.txt');
  expect(result.errors[0]?.message).toContain('::stop-commands::x');
  expect(result.outputs).toMatchObject({ status: 'failed', error_code: 'invalid-input' });
  expect(action.emulator.requests).toHaveLength(0);
});

test('OUT-04 only secrets of our own are masked, each line by itself, and nothing short', async () => {
  const result = await action.run({
    model: 'masked',
    source: 'xgboost',
    dry_run: 'true',
    description: '::add-mask::deployed',
    github_token: `${token}\ndeploy\n::add-mask::e`,
  });
  expectGoodManners(result);
  expect(result.masks.toSorted()).toEqual(['::add-mask::e', token].toSorted());
  expect(result.exitCode).toBe(0);
});
