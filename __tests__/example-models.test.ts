import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const models = fileURLToPath(new URL('../examples/models', import.meta.url));

/** Lines of the tables that describe.py writes: file, what, script, framework, files, bytes, digest. */
const rows = readFileSync(join(models, 'README.md'), 'utf8')
  .split('\n')
  .filter((line) => /`[0-9a-f]{64}` \|$/.test(line))
  .map((line) => line.slice(2, -2).replaceAll('`', '').split(' | '));

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

describe('the example models', () => {
  test('are all in the tables of their README', () => {
    const markers = /(saved_model\.pb|\.(joblib|pkl|bst|ubj|h5|keras|tflite))$/;
    const listed = rows.map(([file = '']) => join(models, file));
    expect(listed.sort()).toEqual(
      filesBelow(models)
        .filter((file) => markers.test(file))
        .sort(),
    );
  });

  test.each(rows)('%s is what the README says', (file, _what, _script, _framework, ...facts) => {
    const marker = join(models, file);
    const beside = filesBelow(dirname(marker));
    const bytes = beside.reduce((sum, path) => sum + statSync(path).size, 0);
    const digest = createHash('sha256').update(readFileSync(marker)).digest('hex');
    expect(facts).toEqual([String(beside.length), String(bytes), digest]);
  });

  test('name no path of the machine that made them', () => {
    const paths = /\/(tmp|root|home|work|usr)\//;
    const traces = filesBelow(models)
      .filter((file) => !/\.(py|md|txt)$/.test(file))
      .filter((file) => paths.test(readFileSync(file, 'latin1')));
    expect(traces).toEqual([]);
  });
});
