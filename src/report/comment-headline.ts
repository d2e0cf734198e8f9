import type { DeployRecord, Status } from '../record.ts';
import { forMarkdown } from './foreign-text.ts';
import { servingNow, shareOfTraffic } from './outcome.ts';

/** The first line that is seen: the version, and what became of it. */
export function headline(record: DeployRecord): string {
  const { plan, request, status } = record;
  const version = plan?.version.id ?? request?.version ?? '';
  const model = request?.model ?? '';
  const subject = [
    version === '' ? 'A new version' : forMarkdown(version, 128),
    model === '' ? '' : ` of ${forMarkdown(model, 128)}`,
  ].join('');
  const serves = record.promoted || record.version?.serves === true;
  const instead = servingNow(record);
  const part = shareOfTraffic(record);
  const share = part === '' ? '' : ` ${part}`;
  const headlines: Readonly<Record<Status, string>> = {
    deployed: `✅ ${subject} is deployed and ${serves ? `serves${share}` : 'does not serve yet'}`,
    unchanged: `✅ ${subject} is unchanged: it is there already${serves ? ` and serves${share}` : ''}`,
    planned: `📝 ${subject} is planned; nothing was changed`,
    'in-progress': `⏳ ${subject} is being created`,
    'rolled-back': `↩️ ${subject} was rolled back: ${instead === undefined ? 'nothing' : forMarkdown(instead, 128)} serves`,
    'timed-out': `⌛ ${subject} was not ready in time`,
    cancelled: `⏹️ ${subject} was cancelled`,
    failed: `❌ ${subject} ${serves ? 'serves, but its deploy failed' : 'was not deployed'}`,
  };
  return `### ${headlines[status ?? 'failed']}`;
}
