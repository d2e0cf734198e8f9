import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { runStep } from '../runner.ts';

const ROOT = join(import.meta.dirname, '..', '..');

interface Step {
  readonly id?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string | boolean>>;
}

const texts = (values: Step['with'] = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));

/** The step that deploys in the first workflow of the README. */
async function stepOfReadme(): Promise<Step> {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  const [, workflow = ''] = /```yaml\n(name: .*?)```/s.exec(readme) ?? [];
  const { jobs } = parse(workflow) as { jobs: { deploy: { steps: readonly Step[] } } };
  const step = jobs.deploy.steps.find(({ id }) => id === 'deploy');
  if (step === undefined) throw new Error('No step of the README has the id deploy.');
  return step;
}

test('what `npm run emulator` prints is enough for the workflow of the README', async () => {
  const workspace = await mkdtemp(join(tmpdir(), 'workspace-'));
  const emulator = spawn(process.execPath, [join(ROOT, 'emulator', 'cli.ts'), '--port', '0']);
  const closed = once(emulator, 'close');
  try {
    let printed = '';
    for await (const chunk of emulator.stdout) {
      printed += String(chunk);
      if (printed.includes('test_instances')) break;
    }
    const [block = ''] = /^ {2}env:\n(?: .*\n)+/m.exec(printed) ?? [];
    const told = parse(block) as Step;
    const step = await stepOfReadme();
    await cp(join(ROOT, 'examples', 'models', 'tensorflow', 'export'), join(workspace, 'export'), {
      recursive: true,
    });
    const result = await runStep({
      with: texts({ ...step.with, ...told.with }),
      env: told.env ?? {},
      workspace,
    });
    expect(result.errors.map(({ message }) => message)).toEqual([]);
    expect(result.outputs).toMatchObject({ status: 'deployed', promoted: 'true' });
    expect(result.outputs['deployment_uri']).toMatch(/^gs:\/\/my-project-aiplatform\//);
  } finally {
    emulator.kill();
    await closed;
    await rm(workspace, { recursive: true, force: true });
  }
});
