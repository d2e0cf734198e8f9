import { mkdir, readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { failureOf, find, folder, removeFolders } from './folders.ts';
import { SMALL_SAVED_MODEL } from './saved-model-writer.ts';

const EXAMPLES = path.join(import.meta.dirname, '../../examples/models');
const JOBLIB = await readFile(path.join(EXAMPLES, 'scikit-learn/model.joblib'));
const PICKLE = await readFile(path.join(EXAMPLES, 'scikit-learn-pickle/model.pkl'));
const BOOSTER = await readFile(path.join(EXAMPLES, 'xgboost/model.bst'));

afterAll(removeFolders);

describe('exports', () => {
  test('they are compared as moments, whatever their units', async () => {
    const root = await folder({
      'export/999999999/saved_model.pb': SMALL_SAVED_MODEL,
      'export/1700000000000/saved_model.pb': SMALL_SAVED_MODEL,
      'export/1700000001/saved_model.pb': SMALL_SAVED_MODEL,
      'export/20231114T221322Z/saved_model.pb': SMALL_SAVED_MODEL,
      'export/1699999999999999/saved_model.pb': SMALL_SAVED_MODEL,
    });
    const artifact = await find(root, 'export');
    expect(artifact.exportTimestamp).toBe('20231114T221322Z');
    expect(artifact.remarks).toEqual([
      'Chose `20231114T221322Z` (2023-11-14T22:13:22Z), the newest complete export; older: `1700000001`, `1700000000000`, `1699999999999999` and `999999999`.',
    ]);
  });

  test('half-written ones are passed over, each with its reason', async () => {
    const root = await folder({
      'export/1700000000/saved_model.pb': SMALL_SAVED_MODEL,
      'export/1700000001/variables/variables.index': 'x',
      'export/1700000002/saved_model.pb': '',
      'export/1700000003/assets/vocabulary.txt': 'x',
      "export/temp-b'1700000005'/saved_model.pb": SMALL_SAVED_MODEL,
      'export/best/notes.txt': 'x',
    });
    await mkdir(path.join(root, 'export/1700000004'));
    const artifact = await find(root, 'export');
    expect(artifact.chosen).toBe('export/1700000000');
    expect(artifact.remarks).toEqual([
      'Passed over `best`: its name is no timestamp.',
      "Passed over `temp-b'1700000005'`: it is an export that was never finished.",
      'Passed over `1700000004`: it is empty.',
      'Passed over `1700000003`: it has no `saved_model.pb` and no model file.',
      'Passed over `1700000002`: it has an empty `saved_model.pb`.',
      'Passed over `1700000001`: it is half-written: it has `variables/` but no `saved_model.pb`.',
      'Chose `1700000000` (2023-11-14T22:13:20Z), the newest complete export.',
    ]);
  });

  test('when none is complete, each is named with its reason', async () => {
    const root = await folder({ 'export/1700000001/variables/variables.index': 'x' });
    await mkdir(path.join(root, 'export/1700000000'));
    const failure = await failureOf(find(root, 'export'));
    expect(failure.code).toBe('artifact');
    expect(failure.why).toBe(
      'None of its exports is complete. Passed over `1700000001`: it is half-written: it has `variables/` but no `saved_model.pb`. Passed over `1700000000`: it is empty.',
    );
  });

  test('one that was never finished is named when nothing else is there', async () => {
    const root = await folder({ 'export/temp-1700000000/variables/variables.index': 'x' });
    const failure = await failureOf(find(root, 'export'));
    expect(failure.why).toMatch(/Passed over `temp-1700000000`/);
  });

  test('a broken newest export is an error, not a reason to deploy an older one', async () => {
    const root = await folder({
      'export/1700000000/saved_model.pb': SMALL_SAVED_MODEL,
      'export/1700000001/saved_model.pb': SMALL_SAVED_MODEL.subarray(0, 60),
    });
    const failure = await failureOf(find(root, 'export'));
    expect(failure.what).toBe('`export/1700000001` cannot be deployed.');
    expect(failure.why).toMatch(/`saved_model.pb` cannot be loaded. It is cut short/);
  });

  test('two of the same moment are an error that names both', async () => {
    const root = await folder({
      'export/1700000000/saved_model.pb': SMALL_SAVED_MODEL,
      'export/20231114-221320/saved_model.pb': SMALL_SAVED_MODEL,
    });
    const failure = await failureOf(find(root, 'export'));
    expect(failure.why).toMatch(/`1700000000` and `20231114-221320` are of the same moment/);
  });

  test('each may hold a model file instead of a SavedModel', async () => {
    const root = await folder({
      'models/20240101-000000/clf.pkl': PICKLE,
      'models/20240101-000000/metrics.json': '{"accuracy": 0.9}',
      'models/20230101-000000/clf.pkl': PICKLE,
    });
    const artifact = await find(root, 'models');
    expect(artifact).toMatchObject({
      kind: 'model-file',
      chosen: 'models/20240101-000000',
      exportTimestamp: '20240101-000000',
      marker: 'model.pkl',
    });
    expect(artifact.files.map(({ name }) => name)).toEqual(['metrics.json', 'model.pkl']);
  });

  test("Estimator's nested directories are descended into", async () => {
    const root = await folder({
      'job/export/best/1700000000/saved_model.pb': SMALL_SAVED_MODEL,
      'job/checkpoint': 'x',
    });
    expect((await find(root, 'job')).chosen).toBe('job/export/best/1700000000');
    expect((await find(root, '.')).chosen).toBe('job/export/best/1700000000');
  });

  test('two exporters are an error that names both', async () => {
    const root = await folder({
      'export/best/1700000000/saved_model.pb': SMALL_SAVED_MODEL,
      'export/latest/1700000000/saved_model.pb': SMALL_SAVED_MODEL,
    });
    const failure = await failureOf(find(root, 'export'));
    expect(failure.code).toBe('artifact');
    expect(failure.why).toMatch(/several directories, `best` and `latest`/);
    expect(failure.next).toBe('Give the one to deploy as source, such as `export/best`.');
  });

  test('a chain of directories is followed four deep and no further', async () => {
    const root = await folder({
      'a/1/2/3/4/saved_model.pb': SMALL_SAVED_MODEL,
      'b/1/2/3/4/5/saved_model.pb': SMALL_SAVED_MODEL,
    });
    expect((await find(root, 'a')).chosen).toBe('a/1/2/3/4');
    expect((await failureOf(find(root, 'b'))).why).toMatch(/no model file/);
  });

  test('an export given by itself keeps its timestamp', async () => {
    const root = await folder({ 'export/1700000000/saved_model.pb': SMALL_SAVED_MODEL });
    for (const source of [
      'export/1700000000',
      'export/1700000000/',
      './export/1700000000/saved_model.pb',
      path.join(root, 'export', '1700000000'),
    ]) {
      expect(await find(root, source)).toMatchObject({
        chosen: 'export/1700000000',
        exportTimestamp: '1700000000',
      });
    }
  });

  test('a SavedModel that lost its saved_model.pb is not descended into', async () => {
    const root = await folder({ 'm/assets/a.txt': 'x', 'm/variables/variables.index': 'x' });
    const failure = await failureOf(find(root, 'm'));
    expect(failure.why).toBe('It is half-written: it has `variables/` but no `saved_model.pb`.');
  });
});

describe('globs', () => {
  test('one match is taken as if it had been given', async () => {
    const root = await folder({ 'out/run-7/clf.joblib': JOBLIB, 'out/run-7/notes.md': 'x' });
    expect((await find(root, 'out/*/*.joblib')).chosen).toBe('out/run-7/clf.joblib');
    expect((await find(root, 'out/run-?')).chosen).toBe('out/run-7');
  });

  test.each(['export/*', 'export/17*', 'export/**/saved_model.pb', 'export/{1,t}*'])(
    'of timestamped siblings, %s gives the newest complete one',
    async (source) => {
      const root = await folder({
        'export/1700000000/saved_model.pb': SMALL_SAVED_MODEL,
        'export/1700000001/saved_model.pb': SMALL_SAVED_MODEL,
        'export/1700000002/variables/variables.index': 'x',
        'export/temp-1700000003/saved_model.pb': SMALL_SAVED_MODEL,
      });
      expect((await find(root, source)).chosen).toBe('export/1700000001');
    },
  );

  test('files in timestamped siblings are chosen among in the same way', async () => {
    const root = await folder({
      'm/1700000000/model.bst': BOOSTER,
      'm/1700000001/model.bst': BOOSTER,
    });
    expect((await find(root, 'm/*/model.bst')).chosen).toBe('m/1700000001');
  });

  test('several others are an error that names them', async () => {
    const root = await folder({ 'm/a.pkl': PICKLE, 'm/b.pkl': PICKLE });
    const failure = await failureOf(find(root, 'm/*.pkl'));
    expect(failure.code).toBe('invalid-input');
    expect(failure.why).toBe('It matches 2 files and directories: `m/a.pkl` and `m/b.pkl`.');
  });

  test('no match is an error', async () => {
    const failure = await failureOf(find(await folder({}), 'm/*.pkl'));
    expect(failure.code).toBe('invalid-input');
    expect(failure.why).toBe('No file or directory matches it.');
  });

  test('a path that exists is no glob, whatever is in it', async () => {
    const root = await folder({ 'm[1]/model.bst': BOOSTER });
    expect((await find(root, 'm[1]')).chosen).toBe('m[1]');
  });
});

describe('paths', () => {
  test('a missing one tells what is there and what may be meant', async () => {
    const root = await folder({ 'models/iris.joblib': JOBLIB, 'models/b.txt': '', '.git/x': '' });
    const near = await failureOf(find(root, 'models/iris.jobib'));
    expect(near.code).toBe('invalid-input');
    expect(near.why).toBe(
      `There is no \`iris.jobib\` in \`${path.join(root, 'models')}\`, which holds \`b.txt\` and \`iris.joblib\`.`,
    );
    expect(near.next).toBe('Did you mean `iris.joblib`?');
    const far = await failureOf(find(root, 'export/a/b'));
    expect(far.why).toBe(`There is no \`export\` in \`${root}\`, which holds \`models\`.`);
  });

  test('a relative one must not leave the workspace; an absolute one may', async () => {
    const root = await folder({ 'elsewhere/model.bst': BOOSTER, 'work/keep.txt': '' });
    const workspace = path.join(root, 'work');
    for (const source of ['../elsewhere', 'a/../../elsewhere', '../elsewhere/*']) {
      const failure = await failureOf(find(workspace, source));
      expect(failure.code).toBe('invalid-input');
      expect(failure.next).toBe('Give an absolute path if that is meant.');
    }
    const absolute = path.join(root, 'elsewhere');
    expect((await find(workspace, absolute)).chosen).toBe(absolute.split(path.sep).join('/'));
  });

  test('an empty directory is refused', async () => {
    const root = await folder({});
    await mkdir(path.join(root, 'export'));
    const failure = await failureOf(find(root, 'export'));
    expect(failure.why).toBe('It is empty.');
  });

  test('the workspace itself can be the source, and a link to a model too', async () => {
    const root = await folder({ 'models/1700000000/saved_model.pb': SMALL_SAVED_MODEL });
    await symlink(path.join(root, 'models'), path.join(root, 'latest'), 'junction');
    expect((await find(root, 'latest')).chosen).toBe('latest/1700000000');
    expect((await find(path.join(root, 'models'), '.')).chosen).toBe('1700000000');
  });
});
