import { readFileSync } from 'node:fs';

// Prints the section of CHANGELOG.md for a tag, such as v1.2.3. Exits 1 when package.json has another version, or
// the changelog no such section: a version is released only when somebody has written what changed.

/** The text below `## 1.2.3 …` up to the next version; `undefined` when there is none, or it is empty. */
export function releaseNotes(changelog: string, version: string): string | undefined {
  const sections = changelog.replaceAll('\r\n', '\n').split(/^## /m);
  const section = sections.find((each) => /^\[?([^\]\s]+)/.exec(each)?.[1] === version);
  const text = section?.slice(section.indexOf('\n')).trim();
  return text === '' ? undefined : text;
}

if (process.argv[1] === import.meta.filename) {
  const read = (name: string): string =>
    readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
  const tag = process.argv[2] ?? '';
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const notes = releaseNotes(read('CHANGELOG.md'), version);
  if (tag !== `v${version}`) {
    console.error(`The tag is ${tag}, but package.json has version ${version}.`);
    process.exitCode = 1;
  } else if (notes === undefined) {
    console.error(`CHANGELOG.md has no section "## ${version}" that says what changed.`);
    process.exitCode = 1;
  } else {
    console.log(notes);
  }
}
