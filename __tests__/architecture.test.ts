import { readdir, readFile } from 'node:fs/promises';
import { join, posix, sep } from 'node:path';

// docs/architecture.md says who imports whom; the imports are compared with it.

const root = join(import.meta.dirname, '..');

interface Import {
  /** Path below `src/`, or below the root for what stands elsewhere. */
  readonly from: string;
  readonly to: string;
  readonly typesOnly: boolean;
}

interface Room {
  readonly runs: readonly string[];
  readonly knows: readonly string[];
  readonly reaches: readonly string[];
}

const REACHES: readonly (readonly [name: string, sign: RegExp])[] = [
  ['files', /'node:fs(?:\/promises)?'/],
  ['network', /'(?:node:https?|node:net|@google-cloud\/storage|@actions\/github)'|\bawait fetch\(/],
  ['programs', /'node:child_process'/],
];

const sources = new Map<string, string>();
for (const folder of ['src', 'emulator']) {
  const names = await readdir(join(root, folder), { recursive: true });
  for (const name of names.filter((each) => each.endsWith('.ts'))) {
    const path = [folder, ...name.split(sep)].join('/');
    sources.set(path, await readFile(join(root, path), 'utf8'));
  }
}

const imports = [...sources].flatMap(([from, text]) => importsOf(from, text));
const rooms = readRooms(await readFile(join(root, 'docs', 'architecture.md'), 'utf8'));

/** Static, dynamic and re-exporting imports of our own files. */
function importsOf(from: string, text: string): readonly Import[] {
  const found = text.matchAll(
    /\b(?:import|export)(?<types> type)?\s[^;'"]*?from\s+'(?<path>\.[^']+)'|\bimport\(\s*'(?<lazy>\.[^']+)'/g,
  );
  return [...found].map(({ groups = {} }) => ({
    from,
    to: posix.join(posix.dirname(from), groups['path'] ?? groups['lazy'] ?? ''),
    typesOnly: groups['types'] !== undefined,
  }));
}

function readRooms(page: string): ReadonlyMap<string, Room> {
  const [, table = ''] = /<!-- rooms -->(.*?)<!-- \/rooms -->/s.exec(page) ?? [];
  const rows = table
    .trim()
    .split('\n')
    .slice(2)
    .map((line) => line.split('|').slice(1, -1));
  return new Map(
    rows.map(([name = '', , runs = '', knows = '', reaches = '']) => [
      namesIn(name)[0] ?? '',
      { runs: namesIn(runs), knows: namesIn(knows), reaches: reaches.match(/\w+/g) ?? [] },
    ]),
  );
}

function namesIn(cell: string): readonly string[] {
  return [...cell.matchAll(/`([a-z]+)\/`/g)].map(([, name = '']) => name);
}

/** The room of a file below `src/`; `undefined` for what stands in `src/` itself or elsewhere. */
function roomOf(path: string): string | undefined {
  return /^src\/([a-z]+)\//.exec(path)?.[1];
}

function roomsImportedBy(room: string, typesOnly: boolean): readonly string[] {
  const others = imports
    .filter((each) => roomOf(each.from) === room && each.typesOnly === typesOnly)
    .map(({ to }) => roomOf(to))
    .filter((other): other is string => other !== undefined && other !== room);
  return [...new Set(others)].sort();
}

function reachedBy(room: string): readonly string[] {
  const texts = [...sources].filter(([path]) => roomOf(path) === room).map(([, text]) => text);
  return REACHES.filter(([, sign]) => texts.some((text) => sign.test(text))).map(([name]) => name);
}

test('the table has every room', () => {
  const there = [...sources.keys()].map(roomOf).filter((room) => room !== undefined);
  expect([...rooms.keys()].sort()).toEqual([...new Set(there)].sort());
});

test.each([...rooms])('%s imports and reaches what the table says', (name, { knows, ...said }) => {
  expect({ runs: roomsImportedBy(name, false), reaches: reachedBy(name) }).toEqual(said);
  expect(roomsImportedBy(name, true)).toEqual(knows);
});

/** What runs its own importer, by whatever detour. */
function rings(
  nodes: readonly string[],
  next: (node: string) => readonly string[],
): readonly string[] {
  const reach = (from: string): ReadonlySet<string> => {
    const seen = new Set<string>();
    const open = [...next(from)];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      if (seen.has(node)) continue;
      seen.add(node);
      open.push(...next(node));
    }
    return seen;
  };
  return nodes.filter((node) => reach(node).has(node));
}

test('no file runs its own importer, by whatever detour', () => {
  const next = (file: string): readonly string[] =>
    imports.filter(({ from, typesOnly }) => from === file && !typesOnly).map(({ to }) => to);
  expect(rings([...sources.keys()], next)).toEqual([]);
});

test('of the rooms only those that tell run each other’s code', () => {
  const next = (room: string): readonly string[] => roomsImportedBy(room, false);
  const telling = ['github', 'report'];
  expect(rings([...rooms.keys()], next).filter((room) => !telling.includes(room))).toEqual([]);
});

test('the story is imported by the doorstep only, and the doorstep by nobody', () => {
  const importersOf = (path: string): readonly string[] =>
    imports.filter(({ to }) => to === path).map(({ from }) => from);
  expect(importersOf('src/main.ts')).toEqual(['src/index.ts']);
  expect(importersOf('src/index.ts')).toEqual([]);
});

test('only the doorstep reads the process’s environment and signals', () => {
  const readers = [...sources]
    .filter(([path]) => path.startsWith('src/'))
    .filter(([, text]) => /process\.(?:env|on|exit|stdout|stderr)\b/.test(text))
    .map(([path]) => path);
  expect(readers).toEqual(['src/index.ts']);
});

test('of the files that belong to no room, only the story and what is named import from rooms', () => {
  const importers = imports
    .filter(({ from, to }) => /^src\/[^/]+$/.test(from) && roomOf(to) !== undefined)
    .map(({ from }) => from.slice('src/'.length));
  expect([...new Set(importers)].sort()).toEqual([
    'index.ts',
    'made.ts',
    'main.ts',
    'record.ts',
    'saved-state.ts',
    'stopwatch.ts',
    'tidy.ts',
    'world.ts',
  ]);
});

test('the emulator takes only types and the CRC-32C module from the house', () => {
  const taken = imports
    .filter(({ from, to }) => from.startsWith('emulator/') && to.startsWith('src/'))
    .map(({ to, typesOnly }) => (typesOnly ? `types of ${to}` : to));
  expect([...new Set(taken)].sort()).toEqual([
    'src/storage/crc32c-module.ts',
    'types of src/world.ts',
  ]);
});
