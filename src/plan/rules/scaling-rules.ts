import type { AskedFields } from '../asked.ts';
import { refused } from './rule.ts';
import type { Rule } from './rule.ts';

/** Rules about the number of nodes, of both platforms. */
export const scalingRules: readonly Rule<AskedFields>[] = Object.freeze<Rule<AskedFields>[]>([
  {
    id: 'nodes-or-autoscaling',
    source: 'ml v1, Version.manualScaling and autoScaling: one of the two',
    check: ({ nodes, minNodes, maxNodes, metricTargets }) => {
      const [other] = [minNodes, maxNodes, metricTargets].filter((asked) => asked !== undefined);
      return nodes !== undefined && other !== undefined
        ? refused(
            nodes,
            `a fixed number of nodes excludes scaling by itself (${nameOf(other)}); leave out one of the two`,
          )
        : undefined;
    },
  },
  {
    id: 'nodes-minimum',
    source: 'ml v1, ManualScaling.nodes, AutoScaling.maxNodes and minNodes',
    check: ({ nodes, minNodes, maxNodes }) =>
      [
        { asked: nodes, least: 1 },
        { asked: maxNodes, least: 1 },
        { asked: minNodes, least: 0 },
      ].flatMap(({ asked, least }) =>
        asked !== undefined && asked.value < least
          ? [{ input: asked.input, given: asked.given, problem: `must be ${least} or more` }]
          : [],
      ),
  },
  {
    id: 'min-max-nodes',
    source: 'ml v1, AutoScaling.minNodes and maxNodes',
    check: ({ minNodes, maxNodes }) =>
      minNodes !== undefined && maxNodes !== undefined && minNodes.value > maxNodes.value
        ? refused(minNodes, `more than ${nameOf(maxNodes)}, which is ${maxNodes.value}`)
        : undefined,
  },
  {
    id: 'metric-target-range',
    source: 'ml v1, MetricSpec.target: a percentage',
    check: ({ metricTargets }) =>
      metricTargets?.value.every(({ target }) => target >= 1 && target <= 100) === false
        ? refused(metricTargets, 'a target is a percentage from 1 to 100')
        : undefined,
  },
  {
    id: 'gpu-metric-accelerator',
    source: 'ml v1, MetricSpec.name: GPU_DUTY_CYCLE measures the accelerator',
    check: ({ metricTargets, accelerator }) =>
      metricTargets?.value.some(({ name }) => name === 'GPU_DUTY_CYCLE') === true &&
      accelerator === undefined
        ? refused(metricTargets, 'gpu-duty-cycle needs an `accelerator`; leave it out, or give one')
        : undefined,
  },
]);

function nameOf(asked: { readonly input: string; readonly given: string }): string {
  return asked.input === 'version_config'
    ? `${asked.given} in \`version_config\``
    : `\`${asked.input}\``;
}
