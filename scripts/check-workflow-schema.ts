import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// Checks workflows and action.yml with GitHub's own language service, which has GitHub's own schema:
//   node scripts/check-workflow-schema.ts DIRECTORY FILE…
// DIRECTORY is where scripts/workflow-tools.sh has installed it. Exits 1 when it finds anything.

interface Diagnostic {
  readonly message: string;
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
}

interface LanguageService {
  readonly validate: (document: unknown) => Promise<readonly Diagnostic[]>;
}

interface TextDocuments {
  readonly TextDocument: {
    create(uri: string, language: string, version: number, text: string): unknown;
  };
}

// The package imports JSON as bundlers take it, without the attribute that Node wants.
registerHooks({
  load: (url, context, next) =>
    next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
});

const [directory = '', ...files] = process.argv.slice(2);
const load = async (name: string): Promise<unknown> =>
  import(pathToFileURL(join(directory, 'node_modules', name)).href);
const { validate } = (await load('@actions/languageservice/dist/index.js')) as LanguageService;
const { TextDocument } = (await load(
  'vscode-languageserver-textdocument/lib/esm/main.js',
)) as TextDocuments;

let faults = 0;
for (const file of files) {
  const text = readFileSync(file, 'utf8');
  const document = TextDocument.create(pathToFileURL(file).href, 'yaml', 1, text);
  for (const { message, range } of await validate(document)) {
    faults += 1;
    console.error(`${file}:${range.start.line + 1}:${range.start.character + 1}: ${message}`);
  }
}
if (faults > 0) process.exitCode = 1;
else console.log(`${files.length} files are as GitHub's schema wants them.`);
