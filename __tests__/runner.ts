import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '..');

/** A step of a workflow that uses this action. */
export interface Step {
  /** What stands under `with:`. */
  readonly with: Readonly<Record<string, string>>;
  /** What stands under `env:`, and what earlier steps left in the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** `GITHUB_WORKSPACE`; default: an empty directory that is removed afterwards. */
  readonly workspace?: string;
  /** The event's payload. */
  readonly event?: unknown;
  /** Sends a signal when a line of the log matches. */
  readonly signalAt?: { readonly line: RegExp; readonly signal: NodeJS.Signals };
  /** Sends a signal so many milliseconds after the start, if it still runs. */
  readonly signalAfter?: { readonly milliseconds: number; readonly signal: NodeJS.Signals };
  /** A program and its first arguments that start the step, such as one that sets limits. */
  readonly under?: readonly string[];
  /** Gives every line of the raw log as it comes. */
  readonly onLine?: (line: string) => void;
}

/** A workflow command that the step printed. */
export interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/** What GitHub's runner knows of a step after its end. */
export interface StepResult {
  /** `null` when a signal ended it. */
  readonly exitCode: number | null;
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  readonly summary: string;
  /** Every line of standard output, commands included. */
  readonly lines: readonly string[];
  /** What a reader of the log sees: no commands but groups, notices, warnings and errors in words. */
  readonly log: string;
  readonly stderr: string;
  readonly commands: readonly Command[];
  readonly errors: readonly Command[];
  readonly warnings: readonly Command[];
  readonly notices: readonly Command[];
  readonly masks: readonly string[];
  /** Groups that were opened, in order. */
  readonly groups: readonly string[];
  /** Groups left open at the end; a well-behaved step leaves none. */
  readonly openGroups: number;
  readonly milliseconds: number;
}

interface ActionFile {
  readonly runs: { readonly main: string; readonly post: string };
  readonly inputs: Readonly<Record<string, { readonly default?: unknown }>>;
}

/**
 * Runs the committed bundle as actions/runner runs a node action: inputs as `INPUT_*` with the defaults of
 * action.yml, the runner's variables and files, the process in the workspace, commands read from its
 * standard output line by line, files read after its end.
 */
export async function runStep(step: Step): Promise<StepResult> {
  return await run(step, 'main', {});
}

/** Runs the `post:` step of a step, with the state that its main step has saved. */
export async function runPost(
  step: Step,
  state: Readonly<Record<string, string>>,
): Promise<StepResult> {
  const saved = Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]);
  return await run(step, 'post', Object.fromEntries(saved) as Record<string, string>);
}

async function run(
  step: Step,
  part: 'main' | 'post',
  state: Readonly<Record<string, string>>,
): Promise<StepResult> {
  const action = parse(await readFile(join(ROOT, 'action.yml'), 'utf8')) as ActionFile;
  const scratch = await mkdtemp(join(tmpdir(), 'step-'));
  try {
    const workspace = step.workspace ?? join(scratch, 'workspace');
    await mkdir(workspace, { recursive: true });
    const file = (name: string): string => join(scratch, name);
    for (const name of ['output', 'state', 'summary', 'env', 'path'])
      await writeFile(file(name), '');
    await writeFile(file('event.json'), JSON.stringify(step.event ?? {}));

    const inputs: Record<string, string> = {};
    for (const [name, { default: value }] of Object.entries(action.inputs)) {
      inputs[inputVariable(name)] = defaultText(value);
    }
    for (const [name, value] of Object.entries(step.with)) inputs[inputVariable(name)] = value;

    const started = performance.now();
    const script = join(ROOT, action.runs[part]);
    const [program, ...args] = [...(step.under ?? []), process.execPath, script];
    const child = spawn(program, args, {
      cwd: workspace,
      env: {
        ...systemEnvironment(scratch),
        ...inputs,
        ...state,
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        GITHUB_API_URL: 'https://api.github.com',
        GITHUB_EVENT_NAME: 'push',
        GITHUB_EVENT_PATH: file('event.json'),
        GITHUB_ENV: file('env'),
        GITHUB_OUTPUT: file('output'),
        GITHUB_PATH: file('path'),
        GITHUB_REF: 'refs/heads/main',
        GITHUB_REF_NAME: 'main',
        GITHUB_REF_TYPE: 'branch',
        GITHUB_REPOSITORY: 'acme/fraud',
        GITHUB_RUN_ATTEMPT: '1',
        GITHUB_RUN_ID: '4242',
        GITHUB_SERVER_URL: 'https://github.com',
        GITHUB_SHA: '3f2a1c0d9e8b7a6f5e4d3c2b1a09f8e7d6c5b4a3',
        GITHUB_STATE: file('state'),
        GITHUB_STEP_SUMMARY: file('summary'),
        GITHUB_WORKFLOW: 'Deploy',
        GITHUB_WORKSPACE: workspace,
        RUNNER_TEMP: scratch,
        ...step.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });

    const lines: string[] = [];
    let signalled = false;
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      step.onLine?.(line);
      if (!signalled && step.signalAt?.line.test(line) === true) {
        signalled = true;
        child.kill(step.signalAt.signal);
      }
    });
    const { milliseconds: delay = 0, signal: late } = step.signalAfter ?? {};
    const timer = late === undefined ? undefined : setTimeout(() => child.kill(late), delay);
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    clearTimeout(timer);

    const commands = lines.map(parseCommand).filter((command) => command !== undefined);
    const named = (name: string): Command[] => commands.filter((command) => command.name === name);
    return {
      exitCode,
      outputs: parseFileCommand(await readFile(file('output'), 'utf8')),
      state: parseFileCommand(await readFile(file('state'), 'utf8')),
      summary: await readFile(file('summary'), 'utf8'),
      lines,
      log: lines
        .map(readable)
        .filter((line) => line !== undefined)
        .join('\n'),
      stderr,
      commands,
      errors: named('error'),
      warnings: named('warning'),
      notices: named('notice'),
      masks: named('add-mask').map((command) => command.message),
      groups: named('group').map((command) => command.message),
      openGroups: named('group').length - named('endgroup').length,
      milliseconds: performance.now() - started,
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** What the machine itself gives to a process, and nothing of the developer's own settings. */
function systemEnvironment(home: string): NodeJS.ProcessEnv {
  const kept = ['PATH', 'SystemRoot', 'TEMP', 'TMP', 'TMPDIR', 'LANG'];
  const environment: NodeJS.ProcessEnv = { HOME: home, USERPROFILE: home, APPDATA: home };
  for (const name of kept)
    if (process.env[name] !== undefined) environment[name] = process.env[name];
  return environment;
}

function inputVariable(name: string): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}

/** A default of action.yml as the runner passes it on; expressions are resolved by GitHub, here to nothing. */
function defaultText(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.includes('${{') ? '' : text;
}

/** A line that the runner takes for a command: `::name key=value,key=value::message`. */
export function parseCommand(line: string): Command | undefined {
  const match = /^\s*::([a-z-]+)(?: ([^\r\n]*?))?::(.*)$/s.exec(line);
  if (match?.[1] === undefined) return undefined;
  const properties: Record<string, string> = {};
  for (const pair of (match[2] ?? '').split(',')) {
    const at = pair.indexOf('=');
    if (at > 0) properties[pair.slice(0, at).trim()] = unescape(pair.slice(at + 1));
  }
  return { name: match[1], properties, message: unescape(match[3] ?? '') };
}

function unescape(text: string): string {
  return text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%');
}

/** Reads `GITHUB_OUTPUT` and its like: `NAME=VALUE` or `NAME<<DELIMITER`, whichever sign comes first. */
export function parseFileCommand(text: string): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (heredoc >= 0 && (equals < 0 || heredoc < equals)) {
      const delimiter = line.slice(heredoc + 2);
      const value: string[] = [];
      for (at += 1; lines[at] !== delimiter; at += 1) {
        if (at >= lines.length) throw new Error(`No end of the value of ${line}`);
        value.push(lines[at] ?? '');
      }
      values[line.slice(0, heredoc)] = value.join('\n');
    } else if (equals >= 0) {
      values[line.slice(0, equals)] = line.slice(equals + 1);
    } else {
      throw new Error(`Invalid format '${line}'`);
    }
  }
  return values;
}

function readable(line: string): string | undefined {
  const command = parseCommand(line);
  switch (command?.name) {
    case undefined:
      return line;
    case 'group':
      return `▼ ${command.message}`;
    case 'error':
    case 'warning':
    case 'notice': {
      const level = command.name.slice(0, 1).toUpperCase() + command.name.slice(1);
      return `${level}: ${command.message}`;
    }
    default:
      return undefined;
  }
}

/** A run id that no other test uses. */
export function freshRunId(): string {
  return String(Number.parseInt(randomUUID().slice(0, 8), 16));
}
