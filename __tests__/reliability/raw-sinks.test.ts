import { Linter } from 'eslint';
import type { Linter as LinterTypes } from 'eslint';
import tseslint from 'typescript-eslint';

interface ConfigEntry {
  readonly files?: readonly string[];
  readonly ignores?: readonly string[];
  readonly rules?: LinterTypes.RulesRecord;
}

// Plain JavaScript, without types.
const path = '../../eslint.config.js';
const configuration = (await import(path)) as { readonly default: readonly ConfigEntry[] };
const ours = configuration.default.find(({ files }) => files?.join() === 'src/**/*.ts');

/** How often the project's own rules refuse this as the text of a file of `src/`. */
function refusals(text: string): readonly string[] {
  return new Linter()
    .verify(
      text,
      {
        files: ['**/*.ts'],
        languageOptions: { parser: tseslint.parser },
        rules: ours?.rules ?? {},
      },
      'src/plan/x.ts',
    )
    .map(({ ruleId, line, fatal }) => `${fatal === true ? 'fatal' : (ruleId ?? '')}:${line}`);
}

test('OUT-01 only four files may touch what the runner reads', () => {
  expect(ours?.ignores).toEqual([
    'src/runner.ts',
    'src/report/log.ts',
    'src/report/tell.ts',
    'src/index.ts',
  ]);
});

test('OUT-01 the lint rule refuses every way past the sanitisers', () => {
  const ways = [
    `import * as core from '@actions/core';`,
    `import { info } from '@actions/core';`,
    `runner.info(text);`,
    `world.runner.error(text);`,
    `const say = world.runner.warning;`,
    `const { info } = runner;`,
    `const { debug } = world.runner;`,
    `const { runner: { notice } } = world;`,
    `runner['set' + 'Output'](name, text);`,
    `process.stdout.write(text);`,
    `process.stderr.write(text);`,
    `const path = environment['GITHUB_STEP_SUMMARY'];`,
  ];
  expect(refusals(ways.join('\n'))).toEqual(
    ways.map(
      (way, index) =>
        `no-restricted-${way.startsWith('import') ? 'imports' : 'syntax'}:${index + 1}`,
    ),
  );
});

test('OUT-01 the lint rule lets pass what makes text harmless', () => {
  const ways = `
    log.info(text);
    world.log.warning(text, 'title');
    world.runner.setSecret(token);
    world.runner.saveState(name, json);
    openLog(runner);`;
  expect(refusals(ways)).toEqual([]);
});
