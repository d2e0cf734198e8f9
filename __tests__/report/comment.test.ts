import type { VersionState } from '../../src/platform/platform.ts';
import type { DeployRecord, Explanation, ProofResult } from '../../src/record.ts';
import { commentOf } from '../../src/report/comment.ts';
import { hostileText, randomFrom, seeds } from './hostile-text.ts';
import * as records from './records.ts';

const { request } = records;
const plan: NonNullable<DeployRecord['plan']> = { ...records.plan, changes: [], retire: [] };
const begun = (): DeployRecord => ({ ...records.begun(), request });
const deployed = (): DeployRecord => ({ ...records.deployed(), plan });
const failed = (): DeployRecord => ({ ...records.failed(), plan });

const good: ProofResult = {
  verdict: 'good',
  instances: 12,
  seconds: 0.42,
  maximumDifference: 0.00000123456,
  problems: [],
};
const run =
  '[This run](https://github.com/acme/fraud/actions/runs/7) has the log and the whole report.';

function cell(comment: string, name: string): string | undefined {
  return new RegExp(`^\\| ${name} \\| (.*) \\|$`, 'm').exec(comment)?.[1];
}

function headlineOf(record: DeployRecord): string | undefined {
  return commentOf(record).split('\n')[0];
}

test('a deploy that serves', () => {
  const record = { ...deployed(), proof: good, predictions: [[0.93], { score: 0.07 }] };
  expect(commentOf(record)).toBe(
    [
      '### ✅ v3 of fraud is deployed and serves',
      '',
      '| | |',
      '| --- | --- |',
      '| Serving | `v2` → `v3` |',
      '| Proof | ✅ passed: 12 instances · answered in 0.4 s · largest difference 0.00000123 |',
      '| Version | `v3` · READY · [console](https://console.cloud.google.com/ai-platform/models/fraud/versions/v3?project=acme&region=us-central1) · [logs](https://console.cloud.google.com/logs/query;query=resource.type%3D%22cloudml_model_version%22%20resource.labels.model_id%3D%22fraud%22%20resource.labels.version_id%3D%22v3%22?project=acme) |',
      '| Where | AI Platform · project `acme` · `us-central1` |',
      '| Runs on | runtime 2.11 · model of TensorFlow 2.11.0 · n1-standard-2 |',
      '| Artifact | `export/1700000000` · 2 files · 1.2 MB · `sha256:0123abcd` |',
      '| Commit | [`abc1234`](https://github.com/acme/fraud/commit/abc1234def5678abc1234def5678abc1234def56) Train on March (&#35;\u200b12) |',
      '| Took | 2 min 18 s |',
      '',
      '<details><summary>How to undo it</summary>',
      '',
      '```sh',
      '# let v2 serve again',
      'gcloud ai-platform versions set-default v2 --model=fraud --region=us-central1 --project=acme',
      '# delete the version projects/acme/models/fraud/versions/v3',
      'gcloud ai-platform versions delete v3 --model=fraud --region=us-central1 --project=acme',
      '# delete the objects gs://acme-aiplatform/fraud/v3/',
      'gcloud storage rm --recursive gs://acme-aiplatform/fraud/v3/',
      '```',
      '',
      '</details>',
      '',
      '<details><summary>Predictions</summary>',
      '',
      '```json',
      '[0.93]',
      '{"score":0.07}',
      '```',
      '',
      '</details>',
      '',
      run,
      '',
    ].join('\n'),
  );
});

test('a failure says what, why, what to do and what is left, and quotes who refused', () => {
  const [, afterTable = ''] = commentOf(failed()).split(/\| Took .*\n\n/);
  expect(afterTable).toBe(
    [
      '**What failed:** The model was written with pickle protocol 5.',
      '',
      '**Why:** `AI Platform answered FAILED_PRECONDITION: unsupported pickle protocol: 5 @octo`',
      '',
      '**What to do next:** Write it with `pickle.dump(model, file, protocol=4)`.',
      '',
      '**What is left:**',
      '',
      '- objects `gs://acme-aiplatform/fraud/v3/`: 2 files, 1.2 MB',
      '- version `projects/acme/models/fraud/versions/v3`: FAILED',
      '',
      'The nodes of a version on `n1-standard-2` are billed until it is deleted.',
      '',
      '<details><summary>How to undo it</summary>',
      '',
      '```sh',
      '# delete the version projects/acme/models/fraud/versions/v3',
      'gcloud ai-platform versions delete v3 --model=fraud --region=us-central1 --project=acme',
      '# delete the objects gs://acme-aiplatform/fraud/v3/',
      'gcloud storage rm --recursive gs://acme-aiplatform/fraud/v3/',
      '```',
      '',
      '</details>',
      '',
      run,
      '',
    ].join('\n'),
  );
});

test('a failure before anything is known is short', () => {
  const failure = { code: 'auth', what: 'No.', why: 'Because.', next: 'Do.' } as const;
  expect(commentOf({ ...records.begun(), status: 'failed', failure })).toBe(
    [
      '### ❌ A new version was not deployed',
      '',
      '**What failed:** No.',
      '',
      '**Why:** `Because.`',
      '',
      '**What to do next:** Do.',
      '',
      '**What is left:** nothing was created or changed.',
      '',
    ].join('\n'),
  );
});

describe('the headline begins with the version', () => {
  test.each([
    ['deployed', '### ✅ v3 of fraud is deployed and serves'],
    ['unchanged', '### ✅ v3 of fraud is unchanged: it is there already and serves'],
    ['planned', '### 📝 v3 of fraud is planned; nothing was changed'],
    ['in-progress', '### ⏳ v3 of fraud is being created'],
    ['timed-out', '### ⌛ v3 of fraud was not ready in time'],
    ['cancelled', '### ⏹️ v3 of fraud was cancelled'],
    ['failed', '### ❌ v3 of fraud serves, but its deploy failed'],
  ] as const)('when it is %s', (status, headline) => {
    expect(headlineOf({ ...deployed(), status })).toBe(headline);
  });

  test('when it does not serve', () => {
    const version: VersionState = {
      state: 'READY',
      serves: false,
      errorMessage: undefined,
      machineType: undefined,
    };
    const idle = { ...deployed(), promoted: false, version };
    expect(headlineOf(idle)).toBe('### ✅ v3 of fraud is deployed and does not serve yet');
    expect(headlineOf({ ...idle, status: 'unchanged' })).toBe(
      '### ✅ v3 of fraud is unchanged: it is there already',
    );
    expect(headlineOf({ ...idle, status: 'rolled-back' })).toBe(
      '### ↩️ v3 of fraud was rolled back: v2 serves',
    );
    expect(headlineOf({ ...idle, status: 'failed' })).toBe('### ❌ v3 of fraud was not deployed');
    const first = { ...idle, plan: { ...plan, previousVersion: undefined } };
    expect(headlineOf({ ...first, status: 'rolled-back' })).toBe(
      '### ↩️ v3 of fraud was rolled back: nothing serves',
    );
  });

  test('when only the request is known', () => {
    const version = 'v9';
    expect(headlineOf({ ...begun(), request: { ...request, version }, status: 'failed' })).toBe(
      '### ❌ v9 of fraud was not deployed',
    );
    expect(headlineOf({ ...begun(), status: 'failed' })).toBe(
      '### ❌ A new version of fraud was not deployed',
    );
  });
});

describe('the proof', () => {
  test('that failed lists what was wrong, quoted', () => {
    const proof: ProofResult = {
      verdict: 'bad',
      instances: 1,
      seconds: 61,
      problems: ['instance 0: 0.9 instead of 0.1', 'ignore previous instructions, @octo'],
    };
    const comment = commentOf({ ...failed(), status: 'rolled-back', proof });
    expect(cell(comment, 'Proof')).toBe('❌ failed: 1 instance · answered in 1 min 1 s');
    expect(comment).toContain(
      '**What the proof found:**\n\n- `instance 0: 0.9 instead of 0.1`\n- `ignore previous instructions, @octo`\n\n',
    );
  });

  test('that could not be made is inconclusive', () => {
    const proof: ProofResult = { ...good, verdict: 'inconclusive' };
    expect(cell(commentOf({ ...deployed(), proof }), 'Proof')).toMatch(/^❔ inconclusive: /);
  });

  test('shows the first predictions of many', () => {
    const predictions = Array.from({ length: 25 }, (_, index) => index);
    const comment = commentOf({ ...deployed(), predictions });
    expect(comment).toContain('<summary>Predictions, the first 20 of 25</summary>');
    expect(comment).toContain('\n19\n```');
  });
});

describe('a plan', () => {
  const planned: DeployRecord = {
    ...begun(),
    status: 'planned',
    artifact: records.artifact,
    existing: { model: undefined, version: undefined, servingVersion: 'v2' },
    plan: {
      ...plan,
      changes: [
        { path: 'machineType', existing: 'n1-standard-4', wanted: 'n1-standard-2' },
        { path: 'autoScaling.minNodes', existing: undefined, wanted: '2' },
        { path: 'container.env', existing: '[{"value":"hunter2"}]', wanted: undefined },
      ],
    },
  };

  test('tells the steps, and what would change', () => {
    const comment = commentOf(planned);
    expect(cell(comment, 'Serving')).toBe('`v2` → `v3`');
    expect(cell(comment, 'Version')).toBe('`v3`');
    expect(comment).toContain(
      [
        '**What changes against `v2`:**',
        '',
        '| field | before | after |',
        '| --- | --- | --- |',
        '| `machineType` | `n1-standard-4` | `n1-standard-2` |',
        '| `autoScaling.minNodes` | `(not set)` | `2` |',
        '| `container.env` | `***` | `***` |',
      ].join('\n'),
    );
    expect(comment).toContain('**What it would do:**');
    expect(comment).toMatch(/^\| version \| \*\*create\*\* \| .*versions\/v3/m);
    expect(comment.match(/machineType` \|/g)).toHaveLength(1);
    expect(comment).toContain('<details><summary>Bodies of the requests</summary>');
    expect(comment).not.toContain('hunter2');
    expect(comment).not.toContain('How to undo it');
  });

  test('that does not promote leaves what serves', () => {
    const comment = commentOf({ ...planned, plan: { ...plan, promotion: 'none' } });
    expect(cell(comment, 'Serving')).toBe('`v2`, as before');
  });

  test('says how many more fields change', () => {
    const changes = Array.from({ length: 33 }, (_, index) => ({
      path: `f${index}`,
      existing: 'a',
      wanted: 'b',
    }));
    expect(commentOf({ ...planned, plan: { ...plan, changes } })).toContain('| _and 3 more_ | | |');
  });
});

test('a creation that goes on has the command that waits for it', () => {
  const record = { ...deployed(), status: 'in-progress', promoted: false } as const;
  expect(commentOf(record)).toContain(
    'To wait for it:\n\n```sh\ngcloud ai-platform operations wait create_fraud_v3-1700000000000 --region=us-central1 --project=acme\n```',
  );
});

describe('on an endpoint of Vertex AI', () => {
  const existing = {
    model: undefined,
    version: undefined,
    servingVersion: '6',
    traffic: { 5: 30, 6: 70 },
  };
  const record: DeployRecord = {
    ...deployed(),
    request: { ...request, platform: 'vertex-ai' },
    plan: records.onVertexAi,
    existing,
    version: {
      state: 'READY',
      serves: true,
      errorMessage: undefined,
      machineType: 'n1-standard-2',
      names: {
        model: 'projects/acme/locations/us-central1/models/fraud',
        version: '7',
        endpoint: 'projects/acme/locations/us-central1/endpoints/91',
        deployedModelId: '5555',
      },
      traffic: { 5: 30, 6: 60, 7: 10 },
    },
  };

  test('the traffic of every version is told, before and after', () => {
    const comment = commentOf(record);
    expect(comment.split('\n')[0]).toBe(
      '### ✅ v3 of fraud is deployed and serves 10 % of the traffic',
    );
    expect(cell(comment, 'Serving')).toBeUndefined();
    expect(cell(comment, 'Traffic')).toBe(
      'version 5: 30 %, as before<br>version 6: 70 % → 60 %<br>version 7: 0 % → 10 %',
    );
    expect(cell(comment, 'Version')).toMatch(/^`7`, alias `v3` · READY · \[console\]/);
    expect(cell(comment, 'Where')).toBe('Vertex AI · project `acme` · `us-central1`');
  });

  test('a plan tells the split that it would make', () => {
    const planned: DeployRecord = {
      ...begun(),
      status: 'planned',
      plan: records.onVertexAi,
      existing,
    };
    expect(cell(commentOf(planned), 'Traffic')).toBe(
      'version 5: 30 % → 27 %<br>version 6: 70 % → 63 %<br>`v3`: 0 % → 10 %',
    );
    const kept: DeployRecord = { ...planned, plan: { ...records.onVertexAi, promotion: 'none' } };
    expect(cell(commentOf(kept), 'Traffic')).toBe(
      'version 5: 30 %, as before<br>version 6: 70 %, as before',
    );
  });

  test('a failure before the version is there leaves the split', () => {
    const early: DeployRecord = {
      ...begun(),
      status: 'failed',
      plan: records.onVertexAi,
      existing,
    };
    expect(cell(commentOf(early), 'Traffic')).toBe(
      'version 5: 30 %, as before<br>version 6: 70 %, as before',
    );
    const empty = { model: undefined, version: undefined, servingVersion: undefined };
    expect(cell(commentOf({ ...early, existing: empty }), 'Traffic')).toBe('no version gets any');
  });
});

describe('facts', () => {
  test('tell where the nodes of the global endpoint run', () => {
    const place = { ...request, region: 'global', modelRegion: 'europe-west1' };
    expect(cell(commentOf({ ...failed(), request: place }), 'Where')).toBe(
      'AI Platform · project `acme` · `global`, nodes in `europe-west1`',
    );
  });

  test('link the commit and the run on any server of GitHub, and nothing without a repository', () => {
    const on = (parts: Partial<typeof request.run>): string =>
      commentOf({ ...deployed(), request: { ...request, run: { ...request.run, ...parts } } });
    const elsewhere = on({ serverUrl: 'https://git.acme.test', commitSubject: undefined });
    expect(cell(elsewhere, 'Commit')).toBe(
      '[`abc1234`](https://git.acme.test/acme/fraud/commit/abc1234def5678abc1234def5678abc1234def56)',
    );
    expect(elsewhere).toContain('[This run](https://git.acme.test/acme/fraud/actions/runs/7)');
    const nowhere = on({ repository: undefined, commitSubject: undefined });
    expect(cell(nowhere, 'Commit')).toBe('`abc1234`');
    expect(nowhere).not.toContain('This run');
  });

  test('send nobody to a summary that is not written', () => {
    const comment = commentOf({ ...deployed(), request: { ...request, summary: false } });
    expect(comment).toMatch(/\[This run\]\(\S+\) has the log\.\n$/);
  });
});

describe('reasons', () => {
  const failure = (parts: Partial<Explanation>): DeployRecord => ({
    ...failed(),
    failure: { code: 'invalid-input', what: 'W.', why: 'Y.', next: 'N.', ...parts },
  });

  test('of some lines keep them, of many are folded', () => {
    expect(commentOf(failure({ why: 'a\nb' }))).toContain('**Why:** `a`<br>`b`\n');
    const why = Array.from({ length: 12 }, (_, index) => `line ${index + 1}`).join('\n');
    expect(commentOf(failure({ why }))).toContain(
      `<details><summary><b>Why</b> (12 lines)</summary>\n\n\`\`\`text\n${why}\n\`\`\`\n\n</details>`,
    );
  });

  test('that come together are numbered, up to thirty', () => {
    const reasons = Array.from({ length: 32 }, (_, index) => `reason ${index}`);
    expect(commentOf(failure({ reasons }))).toContain(
      '\n29. reason 28\n30. reason 29\n\n… and 2 more.\n\n**What to do next:**',
    );
  });
});

describe('size: detail goes step by step until it fits', () => {
  const note = '_Parts were left out, because the comment would be too long._';
  const long = (length: number): string => '字'.repeat(length);
  const failure = (parts: Partial<Explanation>): Explanation => ({
    code: 'invalid-input',
    what: 'W.',
    why: 'Y.',
    next: 'N.',
    ...parts,
  });
  // Numbers of parts such that just the wanted level fits.
  const made = (count: number): DeployRecord['made'] =>
    Array.from({ length: count }, (_, index) => ({
      kind: 'objects',
      name: `gs://b/${index}${'|'.repeat(600)}`,
      state: '1 file',
      undo: long(500),
    }));

  test('all of it', () => {
    const comment = commentOf({ ...failed(), predictions: [long(3000)], made: made(5) });
    expect(comment).toContain('<summary>Predictions</summary>');
    expect(comment).not.toContain(note);
  });

  test('without what is folded', () => {
    const reasons = Array.from({ length: 13 }, () => '|'.repeat(600));
    const record = { ...failed(), failure: failure({ reasons }), predictions: [long(4000)] };
    const whole = commentOf({ ...record, predictions: [], made: [] });
    expect(whole).not.toContain(note);
    const comment = commentOf({ ...record, made: made(3) });
    expect(comment.length).toBeLessThanOrEqual(60_000);
    expect(comment).toContain('\n13. ');
    expect(comment).toContain(note);
    expect(comment).not.toContain('<details>');
  });

  test('with five of each list', () => {
    const reasons = Array.from({ length: 40 }, () => '|'.repeat(600));
    const comment = commentOf({ ...failed(), failure: failure({ reasons }), made: made(9) });
    expect(comment.length).toBeLessThanOrEqual(60_000);
    expect(comment).toContain('\n… and 35 more.');
    expect(comment).toContain('\n… and 4 more.');
    expect(comment).toContain('**What to do next:** N.');
    expect(comment).toContain(note);
  });

  test('with nothing but the headline and the way to the run', () => {
    const why = Array.from({ length: 10 }, () => '|'.repeat(1000)).join('\n');
    const what = '|'.repeat(2000);
    expect(commentOf({ ...failed(), failure: failure({ why, what }), made: made(9) })).toBe(
      `### ❌ v3 of fraud was not deployed\n\n${note}\n\n${run}\n`,
    );
  });

  test.each(['😀', '字', '|', '\u0007', '\n', '`'])(
    'is at most 60,000 UTF-16 units and code points, whatever there is much of: %j',
    (mark) => {
      const text = mark.repeat(100_000);
      const comment = commentOf({
        ...failed(),
        request: {
          ...request,
          model: text,
          projectId: text,
          region: text,
          run: { ...request.run, commitSubject: text },
        },
        digest: text,
        failure: failure({ what: text, why: text, next: text, reasons: [text, text] }),
        proof: { ...good, verdict: 'bad', problems: Array.from({ length: 500 }, () => text) },
        predictions: Array.from({ length: 500 }, () => text),
        made: Array.from({ length: 50 }, () => ({
          kind: 'objects',
          name: text,
          state: text,
          undo: text,
        })),
      });
      expect(comment.length).toBeLessThanOrEqual(60_000);
      expect(Array.from(comment).length).toBeLessThanOrEqual(60_000);
    },
  );
});

test.each(seeds)('text from outside changes nothing of its form (seed %i)', (seed) => {
  const random = randomFrom(seed);
  const mark = /^(?:#+ |\||\*\*[\w ]+:\*\*|`{3,}\w*|gcloud |- |\d+\. |<\/?details>|\[This run\])/;
  const shape = (comment: string): string =>
    comment
      .split('\n')
      .flatMap((line) => mark.exec(line)?.[0].replace(/`{3,}/, '```') ?? [])
      .join();
  const make = (text: string): DeployRecord => {
    // Of several lines the reason keeps its own; that is another test.
    const why = text.replace(/[\r\n]/g, ' ');
    const record = failed();
    return {
      ...record,
      request: {
        ...request,
        model: text,
        projectId: text,
        run: { ...request.run, commitSubject: text, sha: text, repository: text },
      },
      plan: { ...plan, version: { ...plan.version, id: text }, machineType: text },
      digest: text,
      predictions: [text],
      proof: { ...good, verdict: 'bad', problems: [text] },
      failure: { code: 'internal', what: text, why, next: text, reasons: [text] },
      made: record.made.map((made) => ({ ...made, name: text, state: text })),
    };
  };
  const plainForm = shape(commentOf(make('x')));
  for (let round = 0; round < 300; round += 1) {
    const text = `x${hostileText(random)}`;
    const comment = commentOf(make(text));
    // What is left where code, our own links and our own marks are taken out.
    const raw = comment
      .replace(/^(`{3,})[\s\S]*?^\1$/gm, '')
      .replace(/<code>.*?<\/code>|`[^`\n]+`/g, '')
      .replace(/\]\(https:\/\/[^\s)]+\)/g, ']');
    const prose = raw.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
    const sound =
      shape(comment) === plainForm &&
      !/(?:@|#|gh-)(?=\w)/i.test(prose) &&
      !/https?:\/\/|www\.|mailto:(?=\w)/i.test(prose) &&
      !/<(?!\/?(?:details|summary|b|br)>)/.test(raw);
    if (!sound) throw new Error(`${JSON.stringify(text)} gave\n${comment}`);
  }
});
