import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chooseImage } from '../src/plan/vertex-ai/prebuilt-images.ts';
import type { ImageChoice } from '../src/plan/vertex-ai/prebuilt-images.ts';
import type { Framework } from '../src/request/deploy-request.ts';

// The table of containers in README.md, held against those that the action chooses from.

const frameworks: Readonly<Record<string, Framework>> = {
  TensorFlow: 'TENSORFLOW',
  'scikit-learn': 'SCIKIT_LEARN',
  XGBoost: 'XGBOOST',
};

/** Of the tables that the README names. */
const DAY = '2026-08-22';

const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');
const rows = [
  ...readme.matchAll(
    /^\| (TensorFlow|scikit-learn|XGBoost) +\| (\d+\.\d+) +\| (\d{4}-\d\d-\d\d) +\| (\d{4}-\d\d-\d\d) +\|/gm,
  ),
].map(([, title = '', version = '', fixesUntil = '', availableUntil = '']) => ({
  title,
  version,
  fixesUntil,
  availableUntil,
}));

function choose(title: string, frameworkVersion: string | undefined, day: string): ImageChoice {
  const framework = frameworks[title];
  if (framework === undefined) throw new Error(`No framework is called ${title}.`);
  const today = new Date(day);
  return chooseImage({
    framework,
    frameworkVersion,
    accelerator: false,
    region: 'us-central1',
    today,
  });
}

test.each(rows)(
  'the container with $title $version ends as the README says',
  ({ title, version, fixesUntil, availableUntil }) => {
    expect(choose(title, version, availableUntil)).toMatchObject({
      version,
      warnings: [
        `Support of the container with ${title} ${version} ended on ${fixesUntil}: it gets no more fixes, and is available until ${availableUntil}.`,
      ],
    });
  },
);

test.each([
  ['TensorFlow', '2.0'],
  ['XGBoost', '0.80'],
])('the README has the newest and the oldest container of %s that is left', (title, oldest) => {
  const versions = rows.filter((row) => row.title === title).map(({ version }) => version);
  expect(choose(title, undefined, DAY)).toMatchObject({ version: versions[0] });
  expect(choose(title, oldest, DAY)).toMatchObject({ version: versions.at(-1) });
});

test('the README has every container of scikit-learn that is left', () => {
  const versions = rows
    .filter(({ title }) => title === 'scikit-learn')
    .map(({ version }) => version);
  expect(choose('scikit-learn', '1.0', DAY)).toMatchObject({
    warnings: [expect.stringContaining(`again with scikit-learn ${versions.join(' or ')}, or`)],
  });
});
