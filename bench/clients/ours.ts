import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ArtifactFile } from '../../src/artifact/artifact.ts';
import { clock } from '../../src/clock.ts';
import { openCredentials } from '../../src/credentials/open-credentials.ts';
import { openLog } from '../../src/report/log.ts';
import { openCloudStorage } from '../../src/storage/open-cloud-storage.ts';
import type { Runner } from '../../src/world.ts';

/**
 * Our storage room alone, with the credentials, the clock and the abort signal of the real doorstep.
 *
 *     ours.js ORIGIN BUCKET PREFIX DIRECTORY
 */
const [, , origin = '', bucket = '', prefix = '', directory = ''] = process.argv;

const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  .map((name) => ({ name: name.replaceAll('\\', '/'), path: join(directory, name) }))
  .map((file) => ({ ...file, stat: statSync(file.path) }))
  .filter(({ stat }) => stat.isFile())
  .map(({ name, path, stat }): ArtifactFile => ({
    name,
    bytes: stat.size,
    source: { kind: 'local', path },
  }));
const marker = files.find(({ name }) => name.endsWith('saved_model.pb')) ?? files[0];

const silent = (): void => undefined;
const runner: Runner = {
  ...{ info: silent, debug: silent, notice: silent, warning: silent, error: silent },
  ...{ startGroup: silent, endGroup: silent, setOutput: silent, setSecret: silent },
  saveState: silent,
  writeSummary: () => Promise.resolve(),
};
const environment = { ...process.env, STORAGE_EMULATOR_HOST: origin };

const storage = openCloudStorage({
  environment,
  clock,
  credentials: openCredentials(environment, {
    clock,
    signal: new AbortController().signal,
    setSecret: silent,
  }),
  runner,
  log: openLog(runner),
  actionDirectory: '',
  signal: new AbortController().signal,
  random: Math.random,
});
const upload = { bucket, directory: prefix, files, marker: marker?.name, reuse: new Map() };
await storage.put(upload, silent);
