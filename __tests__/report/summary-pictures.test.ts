import type { DeployRecord, Stage } from '../../src/record.ts';
import { pictureSections } from '../../src/report/summary-pictures.ts';
import { hostileText, randomFrom, seeds } from './hostile-text.ts';
import { deployed, failed } from './records.ts';

// What the browser makes of these pictures is tested in browser/.

const stages = (...each: readonly (readonly [Stage, number])[]): Map<Stage, number> =>
  new Map(each);

const whole = stages(
  ['inspect', 0.4],
  ['plan', 1.1],
  ['model', 1.2],
  ['upload', 7.9],
  ['version', 0.03],
  ['wait', 200],
);

function timeline(record: DeployRecord): string {
  return pictureSections(record)[1] ?? '';
}

function traffic(
  before: Readonly<Record<string, number>> | undefined,
  now: Readonly<Record<string, number>>,
  ours = '7',
): string {
  const [picture = ''] = pictureSections({
    ...deployed(),
    existing: {
      model: undefined,
      version: undefined,
      servingVersion: undefined,
      ...(before === undefined ? {} : { traffic: before }),
    },
    version: {
      state: 'READY',
      serves: true,
      errorMessage: undefined,
      machineType: undefined,
      names: { model: 'm', version: ours, endpoint: 'e', deployedModelId: '1' },
      traffic: now,
    },
  });
  return picture;
}

/** What is drawn, without how it looks. */
function drawn(picture: string): readonly string[] {
  const lines = picture.split('\n');
  return lines.slice(lines.indexOf('todayMarker off') + 1, -1);
}

function setting(picture: string, name: string): string | undefined {
  return new RegExp(`^${name} (.*)$`, 'm').exec(picture)?.[1];
}

describe('the timeline', () => {
  test('has each stage from its start to its end, the upload beside the model, and none that took no time', () => {
    expect(drawn(timeline({ ...deployed(), stages: whole }))).toEqual([
      'section inspect',
      '0.4 s :2000-01-01 00:00:00.000, 1675ms',
      'section plan',
      '1.1 s :2000-01-01 00:00:00.400, 1675ms',
      'section upload',
      '7.9 s :2000-01-01 00:00:01.500, 7900ms',
      'section model',
      '1.2 s :2000-01-01 00:00:01.500, 1675ms',
      'section wait',
      '3 min 20 s :2000-01-01 00:00:09.430, 200000ms',
    ]);
  });

  test('goes on after the model where that took longer than the upload', () => {
    const record = {
      ...deployed(),
      stages: stages(['inspect', 1], ['upload', 2], ['model', 9], ['version', 3]),
    };
    expect(drawn(timeline(record)).slice(-2)).toEqual([
      'section version',
      '3 s :2000-01-01 00:00:10.000, 3000ms',
    ]);
  });

  test.each([
    [1.5, '1second', '%-S s'],
    [45, '10second', '%-S s'],
    [200, '30second', '%-M:%S min'],
    [500, '1minute', '%-M min'],
    [5000, '30minute', '%-H:%M h'],
    [80_000, '2hour', '%-H h'],
    [400_000, '1day', 'day %-d'],
  ])('of %d seconds has marks each %s', (seconds, apart, written) => {
    const picture = timeline({
      ...deployed(),
      stages: stages(['inspect', 0.1], ['plan', 0.1], ['wait', seconds]),
    });
    expect(setting(picture, 'tickInterval')).toBe(apart);
    expect(setting(picture, 'axisFormat')).toBe(written);
  });

  test('is not there where it would say nothing: of two stages, or of a moment', () => {
    const of = (...each: readonly (readonly [Stage, number])[]): string =>
      timeline({ ...deployed(), stages: stages(...each) });
    expect(of()).toBe('');
    expect(of(['inspect', 20], ['plan', 30])).toBe('');
    expect(of(['inspect', 0.2], ['plan', 0.2], ['wait', 0.5])).toBe('');
    expect(of(['inspect', 0.2], ['plan', 0.2], ['wait', 0.6])).not.toBe('');
  });

  test.each([
    ['failed', 'failed'],
    ['rolled-back', 'failed'],
    ['cancelled', 'cancelled'],
    ['timed-out', 'timed out'],
  ] as const)('of a run that was %s marks its last stage, which %s', (status, word) => {
    const lines = drawn(timeline({ ...failed(), status, stoppedIn: 'wait', stages: whole }));
    expect(lines.filter((line) => line.includes('crit'))).toEqual([
      `3 min 20 s, ${word} :crit, 2000-01-01 00:00:09.430, 200000ms`,
    ]);
  });

  test('marks a stage that failed at once, however short it was', () => {
    const record: DeployRecord = {
      ...failed(),
      stoppedIn: 'version',
      stages: stages(['inspect', 1], ['plan', 2], ['version', 0]),
    };
    expect(drawn(timeline(record)).slice(-2)).toEqual([
      'section version',
      '0 s, failed :crit, 2000-01-01 00:00:03.000, 24ms',
    ]);
  });

  test.each(['upload', 'model'] as const)(
    'of a run that was stopped while both were under way marks the one that stopped it: %s',
    (stoppedIn) => {
      const both = stages(['inspect', 1], ['upload', 2], ['model', 3]);
      const lines = drawn(timeline({ ...failed(), stoppedIn, stages: both }));
      expect(lines[lines.findIndex((line) => line.includes('crit')) - 1]).toBe(
        `section ${stoppedIn}`,
      );
    },
  );
});

describe('the picture of the traffic', () => {
  test('has what each version gets before and now, and says which is new', () => {
    const picture = traffic({ 6: 100 }, { 6: 90, 7: 10 });
    expect(drawn(picture)).toEqual([
      'section version 6',
      '100 % before :done, 0, 100',
      '90 % now :0, 90',
      'section version 7, new',
      '10 % now :0, 10',
    ]);
  });

  test('shows what a version has lost', () => {
    expect(drawn(traffic({ 5: 25, 6: 75 }, { 7: 100 }))).toEqual([
      'section version 5',
      '25 % before :done, 0, 25',
      '0 % now :0, 0',
      'section version 6',
      '75 % before :done, 0, 75',
      '0 % now :0, 0',
      'section version 7, new',
      '100 % now :0, 100',
    ]);
  });

  test.each([
    ['nothing changed', { 6: 90, 7: 10 }, { 6: 90, 7: 10 }],
    ['a version without traffic came', { 6: 100 }, { 6: 100, 7: 0 }],
    ['one version is all there is', undefined, { 7: 100 }],
    [
      'there are too many to be looked at',
      { 1: 100 },
      Object.fromEntries(Array.from({ length: 10 }, (_, index) => [index + 1, 10])),
    ],
  ])('is not there where %s', (_, before, now) => {
    expect(traffic(before, now)).toBe('');
  });

  test('is not there on AI Platform', () => {
    expect(pictureSections(deployed())[0]).toBe('');
  });

  test.each(seeds)('keeps its form whatever the service calls a version (seed %i)', (seed) => {
    const random = randomFrom(seed);
    for (let round = 0; round < 300; round += 1) {
      const name = `x${hostileText(random)}`;
      const lines = drawn(traffic({ 6: 100 }, { 6: 90, [name]: 10 }, name));
      expect(lines).toEqual([
        'section version 6',
        '100 % before :done, 0, 100',
        '90 % now :0, 90',
        expect.stringMatching(/^section version x[\w.?-]{0,19}, new$/),
        '10 % now :0, 10',
      ]);
    }
  });
});

test('both are blocks of Mermaid that only this run’s own words are in', () => {
  const record: DeployRecord = {
    ...deployed(),
    existing: { model: undefined, version: undefined, servingVersion: '6', traffic: { 6: 100 } },
    version: {
      state: 'READY',
      serves: true,
      errorMessage: undefined,
      machineType: undefined,
      traffic: { 7: 100 },
    },
  };
  const pictures = pictureSections(record);
  expect(pictures).toHaveLength(2);
  for (const picture of pictures) {
    const [fence, settings = '', kind] = picture.split('\n');
    expect(fence).toBe('```mermaid');
    expect(kind).toBe('gantt');
    const [, json = ''] = /^%%\{init: (.*)\}%%$/.exec(settings) ?? [];
    expect(Object.keys(JSON.parse(json) as object)).toEqual([
      'gantt',
      'themeVariables',
      'themeCSS',
    ]);
    expect(picture.endsWith('\n```')).toBe(true);
    expect(Buffer.byteLength(picture)).toBeLessThan(2000);
  }
});
