import { openLog } from '../../src/report/log.ts';
import type { Runner } from '../../src/world.ts';

interface Heard {
  readonly verb: string;
  readonly text: string;
  readonly title?: string;
}

function listen(): { heard: Heard[]; runner: Runner } {
  const heard: Heard[] = [];
  const hear =
    (verb: string) =>
    (text = '', properties?: { title?: string }): void => {
      heard.push({ verb, text, ...(properties?.title === undefined ? {} : properties) });
    };
  const runner: Runner = {
    info: hear('info'),
    debug: hear('debug'),
    notice: hear('notice'),
    warning: hear('warning'),
    error: hear('error'),
    startGroup: hear('group'),
    endGroup: hear('endgroup'),
    setOutput: (name) => {
      hear('output')(name);
    },
    setSecret: hear('secret'),
    saveState: (name) => {
      hear('state')(name);
    },
    writeSummary: () => Promise.resolve(),
  };
  return { heard, runner };
}

test('every line is made harmless, whatever verb says it', () => {
  const { heard, runner } = listen();
  const log = openLog(runner);
  log.info('::set-output name=a::b');
  log.notice('##[add-mask]c', 'a\ntitle');
  log.warning('one\ntwo');
  expect(heard).toEqual([
    { verb: 'info', text: '\\u003a:set-output name=a::b' },
    { verb: 'notice', text: '#\\u0023[add-mask]c', title: 'a\\u000atitle' },
    { verb: 'warning', text: 'one\\u000atwo' },
  ]);
});

test('debug text keeps its lines, each made harmless', () => {
  const { heard, runner } = listen();
  openLog(runner).debug('Error: x\n    at y\r\n::add-mask::z');
  expect(heard.map(({ text }) => text)).toEqual(['Error: x', '    at y', '\\u003a:add-mask::z']);
});

test('titles are at most 120 characters', () => {
  const { heard, runner } = listen();
  openLog(runner).warning('text', 'x'.repeat(500));
  expect(heard[0]?.title).toHaveLength(120);
});

test('a group gives back what its work gives, and is closed after it', async () => {
  const { heard, runner } = listen();
  const log = openLog(runner);
  const result = await log.group('Upload\n::x::', () => {
    log.info('inside');
    return Promise.resolve(7);
  });
  expect(result).toBe(7);
  expect(heard.map(({ verb, text }) => `${verb} ${text}`.trim())).toEqual([
    'group Upload\\u000a::x::',
    'info inside',
    'endgroup',
  ]);
});

test('a group is closed when its work fails, and the next one opens', async () => {
  const { heard, runner } = listen();
  const log = openLog(runner);
  await expect(log.group('One', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await log.group('Two', () => Promise.resolve());
  expect(heard.map(({ verb }) => verb)).toEqual(['group', 'endgroup', 'group', 'endgroup']);
});

test('a group within a group is a line', async () => {
  const { heard, runner } = listen();
  const log = openLog(runner);
  await log.group('Outer', () => log.group('Inner', () => Promise.resolve()));
  expect(heard.map(({ verb, text }) => `${verb} ${text}`.trim())).toEqual([
    'group Outer',
    'info Inner',
    'endgroup',
  ]);
});
