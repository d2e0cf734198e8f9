import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as core from '@actions/core';
import { commentMarker, isMarked } from '../../src/github/comment-marker.ts';
import { annotationOf } from '../../src/report/annotation.ts';
import {
  forAnnotation,
  forCodeBlock,
  forLog,
  forMarkdown,
  forMarkdownCode,
  forMarkdownProse,
  forUrlPart,
} from '../../src/report/foreign-text.ts';
import { command } from '../../src/report/gcloud.ts';
import { commandsIn } from '../report/runner-commands.ts';
import { fuzz, fuzzEach, rounds, TIMEOUT_MILLISECONDS } from './fuzz.ts';
import { noEngine, reachesOut, rendered, tagsIn, textIn } from './github-markdown.ts';
import { poisoned } from './poisoned-records.ts';
import { readFileCommands } from './runner-files.ts';

// Every sink by value, with texts made to break out of it: `FUZZ=400000` for many, `SEED` to repeat a failure.

/** What nobody sees, or what changes how the rest is read. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|(?!\ufe0f)\p{Default_Ignorable_Code_Point}/u;
const LONGEST_LINE = 2100;

test(
  'OUT-01 hostile text is no command at the start of a line of the log, whatever it is',
  () => {
    expect(commandsIn(' \u3000::set-output name=a::b\r::add-mask::c')).toHaveLength(2);
    fuzzEach((text) => {
      const line = forLog(text);
      return commandsIn(line).length === 0 ? undefined : JSON.stringify(line);
    });
  },
  TIMEOUT_MILLISECONDS,
);

test(
  'OUT-02 hostile text is no command of the old form in the midst of a line, an annotation or a group',
  () => {
    expect(commandsIn('x ##[add-matcher]f')).toHaveLength(1);
    fuzzEach((text) => {
      const lines = [`Found ${forLog(text)} here`, `Found ${forAnnotation(text, 60)} here`];
      const { title, text: annotation } = annotationOf(poisoned('failed', text));
      const found = commandsIn([...lines, title, annotation].join('\n'));
      return found.length === 0 ? undefined : `${found.join()} in ${JSON.stringify(annotation)}`;
    });
  },
  TIMEOUT_MILLISECONDS,
);

test(
  'OUT-03 what cannot be seen is shown by its number, and lines have an end',
  () => {
    expect(forLog('\u001b[31m\u202e\u200b\u{e0100}\u3164\u00ad')).toBe(
      '\\u001b[31m\\u202e\\u200b\\udb40\\udd00\\u3164\\u00ad',
    );
    expect(forLog('⚙️ Ship it')).toBe('⚙️ Ship it');
    expect(forLog('x'.repeat(2 ** 20))).toContain('(cut; 1048576 characters in all)');
    fuzzEach((text) => {
      const shown = [forLog(text.repeat(20)), forMarkdown(text), forMarkdownCode(text)];
      const broken = shown.find(
        (each) => unseen.test(each.replaceAll('\u200b', '')) || each.length > 2 * LONGEST_LINE,
      );
      return broken === undefined ? undefined : JSON.stringify(broken);
    });
  },
  TIMEOUT_MILLISECONDS,
);

test(
  'OUT-05 outputs come back from the runner’s file as they were, whatever their value',
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'outputs-'));
    const before = process.env['GITHUB_OUTPUT'];
    const path = join(directory, 'output');
    process.env['GITHUB_OUTPUT'] = path;
    try {
      const batches: (readonly string[])[] = [];
      fuzz((texts) => batches.push(texts), Math.ceil(rounds / 3));
      for (const texts of batches) {
        await writeFile(path, '');
        for (const [index, text] of texts.entries()) core.setOutput(`o${index}`, text);
        const read = readFileCommands(await readFile(path, 'utf8'));
        expect(read.size).toBe(texts.length);
        for (const [index, text] of texts.entries()) {
          expect(read.get(`o${index}`)).toBe(text.toWellFormed());
        }
      }
    } finally {
      if (before === undefined) delete process.env['GITHUB_OUTPUT'];
      else process.env['GITHUB_OUTPUT'] = before;
      await rm(directory, { recursive: true });
    }
  },
  TIMEOUT_MILLISECONDS,
);

/** What is wrong with a row of three cells as GitHub's engine made it: as a line, as code, and as prose. */
function brokenRow(row: string): string | undefined {
  const cells = row.split('</td>').slice(0, -1);
  const [plain = '', code = '', prose = ''] = cells.map((cell) => cell.replace(/^.*<td>/s, ''));
  const allowed = ['<code>', '</code>', '<!-- -->'];
  if (cells.length !== 3) return 'not three cells';
  if (tagsIn(plain).length > 0) return 'markup in plain text';
  if (tagsIn(code + prose).some((tag) => !allowed.includes(tag))) return 'markup in code';
  if (textIn(plain).replaceAll('\u200b', '') !== textIn(code)) return 'text that is not shown';
  return reachesOut(row) ? 'something that notifies or links' : undefined;
}

/** The rows that GitHub's engine makes of the lines of a table with three columns. */
function renderedRows(lines: readonly string[]): readonly string[] {
  const html = rendered(['| a | b | c |', '| --- | --- | --- |', ...lines].join('\n'));
  const [, body = '', after] = html.split(/<tbody>|<\/tbody>/);
  return after?.trim() === '</table>' ? body.split('</tr>').slice(0, -1) : [];
}

test(
  'OUT-10 a part of a URL stays one part, for the parser of browsers and in a link of Markdown',
  () => {
    fuzzEach((text) => {
      const part = forUrlPart(text);
      const url = new URL(`https://console.test/a/${part}/b?c=${part}&d=e`);
      const segments = url.pathname.split('/');
      const isOne =
        url.host === 'console.test' &&
        url.hash === '' &&
        // A segment of dots is the way up in every URL, however it is written.
        (/^\.{1,2}$/.test(text) || (segments.length === 4 && segments[3] === 'b')) &&
        url.searchParams.get('c') === text.toWellFormed() &&
        url.searchParams.get('d') === 'e' &&
        /^[\w.~%-]*$/.test(part);
      return isOne ? undefined : part;
    });
  },
  TIMEOUT_MILLISECONDS,
);

test(
  'OUT-15 the marker is one hidden comment that no other name makes, whatever the model is called',
  () => {
    const markerOf = (model: string): string =>
      commentMarker({ model, platform: 'ai-platform', region: 'us-central1' });
    fuzzEach((text) => {
      const marker = markerOf(text);
      const isOne =
        /^<!-- deploy-ai-platform (?:[\w.~%=]|-(?!-)| (?!-))+ -->$/.test(marker) &&
        isMarked(`${marker}\n${text}`, marker) &&
        !isMarked(`${text}\n${marker}`, marker) &&
        (text === text.toWellFormed() ? marker !== markerOf(`${text}x`) : true);
      return isOne ? undefined : marker;
    });
  },
  TIMEOUT_MILLISECONDS,
);

(process.platform === 'win32' ? test.skip : test)(
  'OUT-10 a command to copy gives the shell each word as it is, and runs nothing else',
  () => {
    fuzz(
      (texts) => {
        const words = texts.map((text) => text.toWellFormed().replaceAll('\0', ''));
        const script = words.map((word) => command(['printf', '%s\\0', word])).join('\n');
        const { stdout, stderr } = spawnSync('sh', { input: script, encoding: 'utf8' });
        expect(stderr).toBe('');
        expect(stdout.split('\0').slice(0, -1)).toEqual(words);
      },
      Math.ceil(rounds / 3),
    );
  },
  TIMEOUT_MILLISECONDS,
);

(noEngine === '' ? describe : describe.skip)(`for GitHub's Markdown engine${noEngine}`, () => {
  test(
    'OUT-10 hostile text is the plain text of one cell of a table',
    () => {
      const broken = ['a|b|c', '@octo', '<b>', 'www.evil.test', '#1', '`'].filter((raw) => {
        const [row, ...more] = renderedRows([`| ${raw} | x | y |`]);
        return row === undefined || more.length > 0 || brokenRow(row) !== undefined;
      });
      expect(broken).toHaveLength(6);
      fuzz((texts) => {
        const cells = (text: string): string =>
          `| ${forMarkdown(text)} | ${forMarkdownCode(text)} | ${forMarkdownProse(text)} |`;
        const rows = renderedRows(texts.map(cells));
        expect(rows).toHaveLength(texts.length);
        const at = rows.findIndex((row) => brokenRow(row) !== undefined);
        if (at >= 0) throw new Error(`${JSON.stringify(texts[at])} gave ${rows[at] ?? ''}`);
      });
    },
    TIMEOUT_MILLISECONDS,
  );
  test(
    'OUT-10 a code block holds all of its text, and ends where it ends',
    () => {
      fuzz((texts) => {
        const html = rendered(texts.map((text) => forCodeBlock('text', text)).join('\n\n'));
        const blocks = html.split('</code></pre>\n');
        expect(blocks.pop()).toBe('');
        expect(blocks).toHaveLength(texts.length);
        for (const [index, block] of blocks.entries()) {
          const inside = block.replace('<pre><code class="language-text">', '');
          const lines = (texts[index] ?? '').split(/\r\n|\r|\n/).length;
          // The engine shows a text without a line as a block without a line.
          const isWhole = inside === '' ? lines === 1 : inside.split('\n').length === lines + 1;
          if (tagsIn(inside).length > 0 || !isWhole) {
            throw new Error(`${JSON.stringify(texts[index])} gave ${block}`);
          }
        }
      });
    },
    TIMEOUT_MILLISECONDS,
  );
});
