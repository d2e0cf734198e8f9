import { frameworkTitles } from '../plan/runtimes.ts';
import type { DeployRecord } from '../record.ts';
import { forMarkdown } from './foreign-text.ts';

/** What the version runs on in a table cell: runtime, framework of the model, machine. */
export function runtimeCell({ plan, version, artifact }: DeployRecord): string {
  if (plan === undefined) return '';
  const framework =
    plan.framework === undefined
      ? undefined
      : [frameworkTitles[plan.framework], artifact?.frameworkVersion].filter(Boolean).join(' ');
  return [
    plan.runtimeVersion === undefined ? undefined : `runtime ${plan.runtimeVersion}`,
    framework === undefined ? undefined : `model of ${framework}`,
    version?.machineType ?? plan.machineType,
  ]
    .filter((part) => part !== undefined)
    .map((part) => forMarkdown(part, 100))
    .join(' · ');
}
