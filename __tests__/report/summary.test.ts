import type { Tensor } from '../../src/artifact/artifact.ts';
import type { VersionState } from '../../src/platform/platform.ts';
import type { DeployRecord, Made } from '../../src/record.ts';
import { pictureSections } from '../../src/report/summary-pictures.ts';
import { summaryOf } from '../../src/report/summary.ts';
import { hostileText, randomFrom, seeds } from './hostile-text.ts';
import { artifact, begun, deployed, failed, onVertexAi, plan, request } from './records.ts';

/** The cell of a row of the first table. */
function cell(summary: string, name: string): string | undefined {
  return new RegExp(`^\\| ${name} \\| (.*) \\|$`, 'm').exec(summary)?.[1];
}

test('a deploy that serves', () => {
  expect(summaryOf(deployed())).toBe(
    [
      '### ✅ Deployed: fraud v3 is serving',
      '',
      '| | |',
      '| --- | --- |',
      '| Model | `fraud` in project `acme` |',
      '| Version | `v3` · [console](https://console.cloud.google.com/ai-platform/models/fraud/versions/v3?project=acme&region=us-central1) · [logs](https://console.cloud.google.com/logs/query;query=resource.type%3D%22cloudml_model_version%22%20resource.labels.model_id%3D%22fraud%22%20resource.labels.version_id%3D%22v3%22?project=acme) |',
      '| State | READY |',
      '| Serving | `v3` (before: `v2`) |',
      '| Endpoint | `us-central1` · `https://us-central1-ml.googleapis.com/v1/projects/acme/models/fraud/versions/v3:predict` |',
      '| Runs on | runtime 2.11 · model of TensorFlow 2.11.0 · n1-standard-2 |',
      '| Artifact | `gs://acme-aiplatform/fraud/v3/` · 2 files · 1.2 MB |',
      '| Digest | `sha256:0123abcd` |',
      '| Commit | [`abc1234`](https://github.com/acme/fraud/commit/abc1234def5678abc1234def5678abc1234def56) Train on March (&#35;\u200b12) |',
      '| Took | 2 min 18 s: inspect 0.4 s · upload 12 s · wait 2 min 5 s |',
      '',
      ...pictureSections(deployed()).filter(Boolean),
      '',
      'To undo this deploy:',
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
      '#### Signatures',
      '',
      'Signature `serving_default`:',
      '',
      '| | Name | Type | Shape |',
      '| --- | --- | --- | --- |',
      '| input | `x` | float32 | ? × 4 |',
      '| output | `score` | float32 | ? |',
      '',
      'To call it:',
      '',
      '```sh',
      'curl -X POST https://us-central1-ml.googleapis.com/v1/projects/acme/models/fraud/versions/v3:predict \\',
      '  -H "Authorization: Bearer $(gcloud auth print-access-token)" \\',
      '  -H "Content-Type: application/json" \\',
      `  -d '{"instances": [{"x": [0.0, 0.0, 0.0, 0.0]}]}'`,
      '```',
      '',
      '<details><summary>The same in Python</summary>',
      '',
      '```python',
      'import google.auth',
      'from google.auth.transport.requests import AuthorizedSession',
      '',
      'credentials, _ = google.auth.default(scopes=["https://www.googleapis.com/auth/cloud-platform"])',
      'answer = AuthorizedSession(credentials).post(',
      '    "https://us-central1-ml.googleapis.com/v1/projects/acme/models/fraud/versions/v3:predict",',
      String.raw`    data="{\"instances\": [{\"x\": [0.0, 0.0, 0.0, 0.0]}]}".encode(),`,
      '    headers={"Content-Type": "application/json"},',
      ')',
      'print(answer.json())',
      '```',
      '',
      '</details>',
      '',
      '<details><summary>The body alone, as JSON</summary>',
      '',
      '```json',
      '{"instances": [{"x": [0.0, 0.0, 0.0, 0.0]}]}',
      '```',
      '',
      '</details>',
      '',
    ].join('\n'),
  );
});

test('a failure tells what, why, what to do and what exists, and offers nothing to call', () => {
  const [, afterTable = ''] = summaryOf(failed()).split(/\| Took .*\n\n/);
  expect(afterTable).toBe(
    [
      '**What failed:** The model was written with pickle protocol 5.',
      '',
      '**Why:** `AI Platform answered FAILED_PRECONDITION: unsupported pickle protocol: 5 @octo`',
      '',
      '**What to do next:** Write it with `pickle.dump(model, file, protocol=4)`.',
      '',
      '**What exists now:**',
      '',
      '- objects `gs://acme-aiplatform/fraud/v3/`: 2 files, 1.2 MB',
      '- version `projects/acme/models/fraud/versions/v3`: FAILED',
      '',
      'The nodes of a version on `n1-standard-2` are billed until it is deleted.',
      '',
      'To remove what this run made:',
      '',
      '```sh',
      '# delete the version projects/acme/models/fraud/versions/v3',
      'gcloud ai-platform versions delete v3 --model=fraud --region=us-central1 --project=acme',
      '# delete the objects gs://acme-aiplatform/fraud/v3/',
      'gcloud storage rm --recursive gs://acme-aiplatform/fraud/v3/',
      '```',
      '',
      ...pictureSections(failed()).filter(Boolean),
      '',
      '#### Signatures',
      '',
      'Signature `serving_default`:',
      '',
      '| | Name | Type | Shape |',
      '| --- | --- | --- | --- |',
      '| input | `x` | float32 | ? × 4 |',
      '| output | `score` | float32 | ? |',
      '',
    ].join('\n'),
  );
});

test('a failure before anything is known is short', () => {
  const failure = { code: 'auth', what: 'No.', why: 'Because.', next: 'Do.' } as const;
  expect(summaryOf({ ...begun(), status: 'failed', failure })).toBe(
    [
      '### ❌ Failed: the model was not deployed',
      '',
      '**What failed:** No.',
      '',
      '**Why:** `Because.`',
      '',
      '**What to do next:** Do.',
      '',
      '**What exists now:** nothing was created or changed.',
      '',
    ].join('\n'),
  );
});

describe('the heading says the status in words', () => {
  test.each([
    ['deployed', '### ✅ Deployed: fraud v3 is serving'],
    ['unchanged', '### ✅ Unchanged: fraud v3 is there already'],
    ['planned', '### 📝 Planned: fraud v3; nothing was changed'],
    ['in-progress', '### ⏳ In progress: fraud v3 is being created'],
    ['rolled-back', '### ↩️ Rolled back: fraud v3 does not serve'],
    ['timed-out', '### ⌛ Timed out: fraud v3 was not ready in time'],
    ['cancelled', '### ⏹️ Cancelled: fraud v3'],
    ['failed', '### ❌ Failed: fraud v3 was not deployed'],
    [undefined, '### ❌ Failed: fraud v3 was not deployed'],
  ] as const)('%s', (status, heading) => {
    expect(summaryOf({ ...deployed(), status }).split('\n')[0]).toBe(heading);
  });

  test('a version that was not promoted does not serve yet', () => {
    const record = deployed();
    const version = { ...record.version, serves: false } as DeployRecord['version'] & object;
    const summary = summaryOf({ ...record, promoted: false, version });
    expect(summary.split('\n')[0]).toBe(
      '### ✅ Deployed: fraud v3 is ready, and does not serve yet',
    );
    expect(cell(summary, 'Serving')).toBe('`v2`, as before');
    expect(summary).not.toContain('set-default');
  });
});

describe('the table', () => {
  test('tells the first version of a model', () => {
    const first = {
      ...deployed(),
      plan: { ...plan, previousVersion: undefined },
      restoreCommand: undefined,
    };
    const summary = summaryOf(first);
    expect(cell(summary, 'Serving')).toBe('`v3` (before: nothing)');
    expect(summary).not.toContain('set-default');
  });

  test('tells only the names that were readable', () => {
    const tell = (names: Partial<typeof request>): string | undefined =>
      cell(summaryOf({ ...failed(), request: { ...request, ...names } }), 'Model');
    expect(tell({ model: '' })).toBe('project `acme`');
    expect(tell({ projectId: '' })).toBe('`fraud`');
    expect(tell({ model: '', projectId: '' })).toBeUndefined();
  });

  test('tells where the nodes of the global endpoint run', () => {
    const summary = summaryOf({
      ...failed(),
      request: { ...request, region: 'global', modelRegion: 'europe-west1' },
    });
    expect(cell(summary, 'Endpoint')).toBe('global, nodes in `europe-west1`');
  });

  test('counts the files that were there already', () => {
    const upload = { files: [], uploadedFiles: 1, uploadedBytes: 9, reusedFiles: 1 };
    expect(cell(summaryOf({ ...deployed(), upload }), 'Artifact')).toBe(
      '`gs://acme-aiplatform/fraud/v3/` · 2 files · 1.2 MB · 1 of them there already',
    );
  });

  test('links the commit on any server of GitHub, and none without a repository', () => {
    const run = { ...request.run, serverUrl: 'https://git.acme.test', commitSubject: undefined };
    const on = (changed: typeof run): string | undefined =>
      cell(summaryOf({ ...deployed(), request: { ...request, run: changed } }), 'Commit');
    expect(on(run)).toBe(
      '[`abc1234`](https://git.acme.test/acme/fraud/commit/abc1234def5678abc1234def5678abc1234def56)',
    );
    expect(on({ ...run, repository: undefined })).toBe('`abc1234`');
  });
});

test('a long reason is folded, line by line', () => {
  const why = Array.from({ length: 12 }, (_, index) => `line ${index + 1}`).join('\n');
  const failure = { code: 'model-load', what: 'W.', why, next: 'N.' } as const;
  expect(summaryOf({ ...failed(), failure })).toContain(
    `<details><summary><b>Why</b> (12 lines)</summary>\n\n\`\`\`text\n${why}\n\`\`\`\n\n</details>`,
  );
});

test('a reason of some lines keeps them', () => {
  const failure = { code: 'invalid-input', what: 'W.', why: 'a\nb', next: 'N.' } as const;
  expect(summaryOf({ ...failed(), failure })).toContain('**Why:** `a`<br>`b`\n');
});

test('a creation that goes on has the command that waits for it', () => {
  const summary = summaryOf({ ...deployed(), status: 'in-progress', promoted: false });
  expect(summary).toContain(
    'To wait for it:\n\n```sh\ngcloud ai-platform operations wait create_fraud_v3-1700000000000 --region=us-central1 --project=acme\n```',
  );
});

test('a plan lists what it would do, with the bodies of its requests', () => {
  const record: DeployRecord = {
    ...begun(),
    status: 'planned',
    request,
    artifact,
    plan: {
      ...plan,
      upload: { ...plan.upload, createBucket: true },
      model: { ...plan.model, action: 'create' },
      promotion: 'automatic',
    },
  };
  const summary = summaryOf(record);
  expect(summary).toContain(
    [
      '| resource | | name | |',
      '| --- | --- | --- | --- |',
      '| bucket | **create** | `gs://acme-aiplatform` |  |',
      '| files | **upload** | `gs://acme-aiplatform/fraud/v3/` | 2 files, 1.2 MB |',
      '| model | **create** | `projects/acme/models/fraud` |  |',
      '| version | **create** | `projects/acme/models/fraud/versions/v3` | runtime 2.11, n1-standard-2 |',
      '| default version | **change** | `v2 → v3` | as the first version of its model |',
    ].join('\n'),
  );
  expect(summary).toContain('"framework": "TENSORFLOW"');
  expect(summary).not.toContain('console.cloud.google.com');
});

test('a plan shows what would change, and no value of a container’s variables', () => {
  const changes = [
    { path: 'machineType', existing: 'n1-standard-2', wanted: 'n1-standard-4' },
    { path: 'container.env', existing: undefined, wanted: '[{"value":"hunter2"}]' },
  ];
  const body = { model: { containerSpec: { env: [{ name: 'KEY', value: 'hunter2' }] } } };
  const summary = summaryOf({
    ...begun(),
    status: 'planned',
    request: { ...request, keepVersions: 2 },
    artifact,
    existing: {
      model: {},
      version: undefined,
      servingVersion: 'v2',
      holdings: { models: 3, versions: 17 },
    },
    plan: { ...plan, changes, retire: ['v0'], version: { ...plan.version, body } },
  });
  expect(summary).toContain('| `machineType` | `n1-standard-2` | `n1-standard-4` |');
  expect(summary).toContain('| `container.env` | `(not set)` | `***` |');
  expect(summary).toContain('| old version | **delete** | `v0` | beyond the 2 to keep |');
  expect(summary).toContain('The project has 3 of 100 models and 17 of 200 versions');
  expect(summary).not.toContain('hunter2');
});

test('what a proof came to is a row', () => {
  const summary = summaryOf({
    ...deployed(),
    proof: {
      verdict: 'good',
      instances: 3,
      seconds: 0.42,
      maximumDifference: 2.5e-8,
      problems: [],
    },
  });
  expect(summary).toContain(
    '| Proof | **good**: 3 test instances · asked for 0.4 s · largest difference 2.5e-8 |',
  );
});

test('a bad proof without a difference names none', () => {
  const proof = { verdict: 'bad', instances: 3, seconds: 0.42, maximumDifference: 0 } as const;
  const problems = ['predictions[1] has no "label".'];
  const row = (difference: number): string | undefined =>
    cell(
      summaryOf({ ...deployed(), proof: { ...proof, maximumDifference: difference, problems } }),
      'Proof',
    );
  expect(row(0)).toBe('**bad**: 3 test instances · asked for 0.4 s');
  expect(row(2)).toBe('**bad**: 3 test instances · asked for 0.4 s · largest difference 2');
});

describe('size', () => {
  const tensor = (index: number): Tensor => ({
    key: `字\`|${index}${'x'.repeat(500)}`,
    name: 'x',
    dtype: '|'.repeat(500),
    shape: Array.from({ length: 50 }, () => 2),
  });
  const made = (index: number): Made => ({
    kind: 'objects',
    name: `gs://b/${index}${'|'.repeat(1000)}`,
    state: '@'.repeat(1000),
    undo: '字'.repeat(3000),
  });
  const huge = (status: 'failed' | 'deployed'): DeployRecord => {
    const tensors = Array.from({ length: 1000 }, (_, index) => tensor(index));
    const signatures = Array.from({ length: 100 }, (_, index) => ({
      name: `signature_${index}`,
      methodName: 'predict',
      inputs: tensors,
      outputs: tensors,
    }));
    const why = '\u0007\n'.repeat(100_000);
    return {
      ...deployed(),
      status,
      artifact: {
        ...artifact,
        savedModel: { tensorflowVersion: '2', tagSets: [], signatures },
      },
      made: Array.from({ length: 200 }, (_, index) => made(index)),
      ...(status === 'failed'
        ? { failure: { code: 'internal', what: '|'.repeat(1e6), why, next: '`a`'.repeat(1e6) } }
        : {}),
    };
  };

  test.each(['failed', 'deployed'] as const)(
    'is under 60 kB, however much there is (%s)',
    (status) => {
      const summary = summaryOf(huge(status));
      expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(60_000);
      expect(summary).toContain('The rest was left out');
    },
  );

  test('lists of tensors and signatures are cut with their counts', () => {
    const inputs = Array.from({ length: 25 }, (_, index) => ({
      key: `f${index}`,
      name: 'f',
      dtype: 'float32',
      shape: [-1],
    }));
    const signatures = Array.from({ length: 7 }, (_, index) => ({
      name: `s${index}`,
      methodName: 'predict',
      inputs,
      outputs: [],
    }));
    const savedModel = { tensorflowVersion: '2', tagSets: [], signatures };
    const summary = summaryOf({ ...deployed(), artifact: { ...artifact, savedModel } });
    expect(summary.match(/^Signature `s\d`:$/gm)).toHaveLength(4);
    expect(summary).toContain('_and 3 more signatures_');
    expect(summary.match(/\| input \| _and 5 more_ \| \| \|/g)).toHaveLength(4);
  });
});

test.each(seeds)('text from outside changes nothing of its form (seed %i)', (seed) => {
  const random = randomFrom(seed);
  // The fence is as long as the text inside demands.
  const mark = /^(?:#+ |\||\*\*[\w ]+:\*\*|`{3,}\w*|gcloud |- |<\/?details>)/;
  const shape = (summary: string): readonly string[] =>
    summary.split('\n').flatMap((line) => mark.exec(line)?.[0].replace(/`{3,}/, '```') ?? []);
  const plainForm = shape(summaryOf(failed()));
  for (let round = 0; round < 300; round += 1) {
    const text = `x${hostileText(random)}`;
    // Of several lines the reason keeps its own; that is another test.
    const why = text.replace(/[\r\n]/g, ' ');
    const record = failed();
    const summary = summaryOf({
      ...record,
      request: {
        ...request,
        model: text,
        run: { ...request.run, commitSubject: text, sha: text, repository: text },
      },
      digest: text,
      failure: { code: 'internal', what: text, why, next: text },
      made: record.made.map((made) => ({ ...made, name: text, state: text })),
      artifact: {
        ...artifact,
        savedModel: {
          tensorflowVersion: text,
          tagSets: [],
          signatures: [
            {
              name: text,
              methodName: text,
              inputs: [{ key: text, name: text, dtype: text, shape: [-1] }],
              outputs: [{ key: text, name: text, dtype: text }],
            },
          ],
        },
      },
    });
    const form = shape(summary);
    if (form.join() !== plainForm.join()) {
      throw new Error(`${JSON.stringify(text)} gave\n${summary}`);
    }
  }
});

describe('a version on an endpoint of Vertex AI', () => {
  const names = {
    model: 'projects/acme/locations/us-central1/models/fraud',
    version: '7',
    endpoint: 'projects/acme/locations/us-central1/endpoints/91',
    deployedModelId: '5555',
  };
  const record: DeployRecord = {
    ...deployed(),
    existing: { model: undefined, version: undefined, servingVersion: '6', traffic: { 6: 100 } },
    version: {
      state: 'READY',
      serves: true,
      errorMessage: undefined,
      machineType: 'n1-standard-2',
      names,
      traffic: { 6: 90, 7: 10 },
    },
  };

  test('is told by its number and its alias, with the traffic before and after', () => {
    const summary = summaryOf(record);
    expect(cell(summary, 'Version')).toMatch(/^`7`, alias `v3`/);
    expect(cell(summary, 'Traffic')).toBe(
      'version 6: 90 %, version 7: 10 % (before: version 6: 100 %)',
    );
  });

  test('has an example only of the signature that predictions go to', () => {
    const record = (name: string): DeployRecord => {
      const [signature] = artifact.savedModel?.signatures ?? [];
      if (signature === undefined) throw new Error('The sample has a signature.');
      const signatures = [{ ...signature, name }];
      const savedModel = { tensorflowVersion: '2.11.0', tagSets: [['serve']], signatures };
      return { ...deployed(), plan: onVertexAi, artifact: { ...artifact, savedModel } };
    };
    expect(summaryOf(record('serving_default'))).toContain('To call it:');
    expect(summaryOf(record('scores'))).toContain('Signature `scores`');
    expect(summaryOf(record('scores'))).not.toContain('To call it:');
    expect(summaryOf({ ...record('scores'), plan })).toContain('"signature_name": "scores"');
  });

  test('is told from nothing where the traffic did not change', () => {
    const version = { ...record.version, traffic: { 6: 100 } } as VersionState;
    const summary = summaryOf({ ...record, version });
    expect(cell(summary, 'Traffic')).toBe('version 6: 100 %, as before');
  });
});
