import tseslint from 'typescript-eslint';

const nameWhatYouExport = [
  { selector: 'ExportDefaultDeclaration', message: 'Name what you export.' },
];

const verbs = '/^(?:info|debug|notice|warning|error|startGroup|endGroup|setOutput|writeSummary)$/';

/** Ways to write past the sanitisers: the runner's verbs, however they are come by, the streams and the files. */
const rawSinks = [
  `MemberExpression[object.name='runner'][property.name=${verbs}]`,
  `MemberExpression[object.property.name='runner'][property.name=${verbs}]`,
  `MemberExpression[object.name='runner'][computed=true]`,
  `VariableDeclarator[init.name='runner'] > ObjectPattern`,
  `VariableDeclarator[init.property.name='runner'] > ObjectPattern`,
  `Property[key.name='runner'] > ObjectPattern`,
  `MemberExpression[object.name='process'][property.name=/^(?:stdout|stderr|emitWarning)$/]`,
  `Literal[value=/^GITHUB_(?:OUTPUT|STATE|ENV|PATH|STEP_SUMMARY)$/]`,
].map((selector) => ({
  selector,
  message: 'Text from outside would be written raw: use the log, the teller, or the summary.',
}));

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/', 'examples/models/'] },
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts'],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      'no-restricted-syntax': ['error', ...nameWhatYouExport],
      'no-console': 'error',
      eqeqeq: 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
    },
  },
  {
    // Text from outside reaches the runner only through what makes it harmless (src/report/foreign-text.ts).
    files: ['src/**/*.ts'],
    ignores: ['src/runner.ts', 'src/report/log.ts', 'src/report/tell.ts', 'src/index.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { name: '@actions/core', message: 'Say it by the log of the world (src/report/log.ts).' },
      ],
      'no-restricted-syntax': ['error', ...nameWhatYouExport, ...rawSinks],
    },
  },
  {
    files: ['emulator/**/*.ts', 'scripts/**/*.ts', 'bench/**/*.ts', 'examples/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
);
