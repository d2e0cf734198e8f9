import type { Artifact } from '../artifact/artifact.ts';
import { postComment } from '../github/post-comment.ts';
import type { Plan } from '../plan/plan.ts';
import type { DeployRecord } from '../record.ts';
import type { UploadProgress } from '../storage/cloud-storage.ts';
import type { World } from '../world.ts';
import { annotationOf } from './annotation.ts';
import { commentOf } from './comment.ts';
import { consoleUrl } from './console-url.ts';
import { formatBytes, formatCount, formatDuration, progressLine } from './format.ts';
import { outputNames, outputsOf } from './outputs.ts';
import type { OutputName } from './outputs.ts';
import { servingNow, shareOfTraffic } from './outcome.ts';
import { planLines } from './plan-table.ts';
import { shownBody, shownField } from './shown-body.ts';
import { summaryOf } from './summary.ts';
import { totalSeconds } from './took.ts';

const SECONDS_BETWEEN_PROGRESS_LINES = 5;
const COMMENT_MILLISECONDS = 120_000;
const COMMENT_WHEN_CANCELLED_MILLISECONDS = 3000;

/** Says what happens while it happens, and everything at the end. */
export interface Teller {
  /** What was found, in the log. */
  found(artifact: Artifact): void;
  /** What will be done, in the log. */
  planned(plan: Plan): void;
  /** A line each few seconds of a long upload. */
  uploading(): (progress: UploadProgress) => void;
  /** Where the parts of a large file are while it is uploaded. */
  parting(uri: string): void;
  /** That the service works on it now, and where to watch it. */
  creating(record: DeployRecord): void;
  /** Sets the outputs that have become known, for steps with `if: always()`. */
  publish(record: DeployRecord): void;
  /** Every output, the summary, and one annotation if it failed. A fault in telling fails nothing. */
  end(record: DeployRecord): Promise<void>;
}

/** Opens the way to the people who read the log, the outputs and the summary of this step. */
export function openTeller({ runner, log, clock, environment, signal }: World): Teller {
  const published = new Map<OutputName, string>();

  const publish = (record: DeployRecord, all: boolean): void => {
    const outputs = outputsOf(record);
    for (const name of outputNames) {
      const value = outputs[name];
      if (published.get(name) === value || (!all && value === '')) continue;
      runner.setOutput(name, value);
      published.set(name, value);
    }
  };

  const publishEarly = (record: DeployRecord): void => {
    try {
      publish(record, false);
    } catch {
      // The deploy goes on; `end` tries again, and says so if it cannot either.
    }
  };

  const comment = async (record: DeployRecord): Promise<void> => {
    const { request } = record;
    if (request === undefined) return;
    // A cancelled run has seconds left, and its own signal has ended everything that listens to it.
    const milliseconds = signal.aborted
      ? COMMENT_WHEN_CANCELLED_MILLISECONDS
      : COMMENT_MILLISECONDS;
    const timeout = AbortSignal.timeout(milliseconds);
    try {
      const outcome = await postComment({
        request,
        body: commentOf(record),
        environment,
        clock,
        signal: signal.aborted ? timeout : AbortSignal.any([signal, timeout]),
      });
      if (outcome === undefined) return;
      if ('url' in outcome) record.commentUrl = outcome.url;
      else log.notice(outcome.notice, 'No comment');
    } catch (error) {
      log.warning(`Could not comment: ${error instanceof Error ? error.message : String(error)}`);
    }
  };

  return {
    found: (artifact) => {
      for (const remark of artifact.remarks) log.info(remark);
      for (const warning of artifact.warnings) log.warning(warning);
      const version =
        artifact.frameworkVersion === undefined ? '' : ` ${artifact.frameworkVersion}`;
      const framework = artifact.framework === undefined ? '' : `, ${artifact.framework}${version}`;
      log.info(
        `Model: ${artifact.chosen}${framework}, ${formatCount(artifact.files.length, 'file')}, ${formatBytes(artifact.totalBytes)}`,
      );
    },

    planned: (plan) => {
      for (const warning of plan.warnings) log.warning(warning);
      log.info(
        `Upload: ${plan.upload.action === 'none' ? 'nothing, it is there: ' : ''}${plan.deploymentUri}`,
      );
      log.info(`Model resource: ${plan.model.action} ${plan.model.name}`);
      log.info(`Version: ${plan.version.action} ${plan.version.name}`);
      if (plan.vertexAi !== undefined) {
        const { name, displayName } = plan.vertexAi.endpoint;
        log.info(`Endpoint: ${name === undefined ? `create ${displayName}` : `reuse ${name}`}`);
      }
      if (plan.version.action !== 'reuse') {
        log.info(`Version body: ${JSON.stringify(shownBody(plan.version.body))}`);
        if (plan.vertexAi !== undefined) {
          log.info(`Deployment body: ${JSON.stringify(shownBody(plan.vertexAi.deployedModel))}`);
        }
      }
      for (const { from, to, why } of plan.vertexAi?.translations ?? []) {
        log.info(`Translated: ${from} becomes ${to}: ${why}`);
      }
      for (const { path, existing, wanted } of plan.changes) {
        log.info(`Changes: ${path}: ${shownField(path, existing)} → ${shownField(path, wanted)}`);
      }
      if (plan.retire.length > 0) log.info(`To be deleted afterwards: ${plan.retire.join(', ')}`);
      log.info(
        `Serving now: ${plan.previousVersion ?? 'nothing'}; afterwards: ${afterwards(plan)}`,
      );
    },

    uploading: () => {
      const started = clock.elapsed();
      let next = SECONDS_BETWEEN_PROGRESS_LINES;
      return (progress) => {
        const seconds = (clock.elapsed() - started) / 1000;
        const ended = progress.sentFiles === progress.totalFiles;
        if (seconds < next && !ended) return;
        next = seconds + SECONDS_BETWEEN_PROGRESS_LINES;
        log.info(progressLine(progress, seconds));
      };
    },

    parting: (uri) => {
      log.info(`Large files go up in parts under ${uri}, which are removed afterwards.`);
    },

    creating: (record) => {
      if (record.operation !== undefined) log.info(`Operation: ${record.operation}`);
      const url = consoleUrl(record);
      if (url !== undefined) log.info(`Watch it at ${url}`);
      publishEarly(record);
    },

    publish: publishEarly,

    end: async (record) => {
      await comment(record);
      const tasks: readonly (readonly [string, () => void | Promise<void>])[] = [
        [
          'the plan',
          () => {
            if (record.status === 'planned') planLines(record).forEach(log.info);
          },
        ],
        [
          'the outputs',
          () => {
            publish(record, true);
          },
        ],
        [
          'the summary',
          () =>
            record.request?.summary === false ? undefined : runner.writeSummary(summaryOf(record)),
        ],
      ];
      for (const [subject, task] of tasks) {
        try {
          await task();
        } catch (error) {
          log.warning(
            `Could not write ${subject} of this step: ${error instanceof Error ? error.message : String(error)}`,
          );
        }
      }
      if (record.failure === undefined) {
        log.notice(endedWell(record), 'Deploy');
      } else {
        const { title, text } = annotationOf(record);
        runner.error(text, { title });
      }
    },
  };
}

/** The one sentence that a reader of a green run wants to see. */
function endedWell(record: DeployRecord): string {
  const { plan, status, version, predictUrl } = record;
  const name = `Version ${plan?.version.id ?? ''} of model ${record.request?.model ?? ''}`;
  if (status === 'planned') {
    const isThere = plan?.version.action === 'reuse' && plan.promotion === 'none';
    return `${name} ${isThere ? 'is there already, as it is wanted' : 'would be deployed'}; nothing was changed.`;
  }
  if (status === 'unchanged') {
    return `${name} is there already, as it is wanted. Predictions: ${predictUrl ?? ''}`;
  }
  if (status === 'in-progress') return `${name} is being created; this step does not wait for it.`;
  const serves = record.promoted
    ? ['serves', shareOfTraffic(record)].filter((part) => part !== '').join(' ')
    : `does not serve: ${servingNow(record) ?? 'nothing'} does`;
  return `${name} is ${version?.state ?? 'there'} and ${serves}, after ${formatDuration(totalSeconds(record))}. Predictions: ${predictUrl ?? ''}`;
}

function afterwards(plan: Plan): string {
  switch (plan.promotion) {
    case 'set-default': {
      const percent = plan.vertexAi?.traffic ?? 100;
      const share = percent === 100 ? '' : ` with ${percent} % of the traffic`;
      return `${plan.version.id}${share}, once it is READY`;
    }
    case 'automatic':
      return `${plan.version.id}, as the first version of the model`;
    case 'none':
      return plan.previousVersion ?? 'nothing';
  }
}
