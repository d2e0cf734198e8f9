import { nearestName } from '../../nearest-name.ts';
import { machineTypes } from '../machine-types.ts';
import { frameworkTitles } from '../runtimes.ts';
import { refused } from './rule.ts';
import type { Rule } from './rule.ts';

/** Rules about machine types, accelerators and the number of nodes. */
export const machineRules: readonly Rule[] = Object.freeze<Rule[]>([
  {
    id: 'machine-known',
    source: 'AI Platform Prediction, "Machine types for online prediction"',
    check: ({ machineType, machine, endpoint }) => {
      if (machineType === undefined || machine !== undefined) return undefined;
      const names = machineTypes.map(({ name }) => name);
      const meant = nearestName(machineType.value, names);
      const here = machineTypes.filter((candidate) => candidate.endpoint === endpoint);
      return refused(
        machineType,
        `no machine type of AI Platform; ${
          meant === undefined
            ? `here there are ${here.map(({ name }) => name).join(', ')}`
            : `did you mean ${meant}?`
        }`,
      );
    },
  },
  {
    id: 'machine-mls1-endpoint',
    source: 'AI Platform Prediction, "Regional endpoints": only N1 machine types',
    check: ({ machineType, machine, endpoint }, { request }) =>
      machineType !== undefined && machine?.endpoint === 'global' && endpoint === 'regional'
        ? refused(
            machineType,
            `exists on the global endpoint only, and \`region\` is ${request.region}; give an n1-* machine type, or \`region: global\` with \`model_region: ${request.region}\``,
          )
        : undefined,
  },
  {
    id: 'machine-n1-endpoint',
    source: 'AI Platform Prediction, "Regional endpoints": N1 needs a regional endpoint',
    check: ({ machineType, machine, endpoint }) =>
      machineType !== undefined && machine?.endpoint === 'regional' && endpoint === 'global'
        ? refused(
            machineType,
            'exists on regional endpoints only, and `region` is global; give a region such as us-central1, or mls1-c1-m2 or mls1-c4-m2',
          )
        : undefined,
  },
  {
    id: 'accelerator-machine',
    source: 'ml v1, Version.acceleratorConfig: with Compute Engine (N1) machine types only',
    check: ({ accelerator, machine, endpoint }) =>
      accelerator !== undefined && (endpoint === 'global' || machine?.endpoint === 'global')
        ? refused(
            accelerator,
            'accelerators need an n1-* machine type on a regional endpoint (`region`)',
          )
        : undefined,
  },
  {
    id: 'accelerator-count',
    source: '"Configure compute resources", accelerators by N1 machine type',
    check: ({ accelerator, machine }) => {
      if (accelerator === undefined || machine?.endpoint !== 'regional') return undefined;
      const { type, count } = accelerator.value;
      const counts = Object.hasOwn(machine.accelerators, type)
        ? machine.accelerators[type]
        : undefined;
      if (counts === undefined) {
        const types = Object.keys(machine.accelerators);
        const meant = nearestName(type, types);
        return refused(
          accelerator,
          `${machine.name} takes ${types.join(', ')}${meant === undefined ? '' : `; did you mean ${meant}?`}`,
        );
      }
      return counts.includes(count)
        ? undefined
        : refused(accelerator, `${machine.name} takes ${counts.join(', ')} of ${type}`);
    },
  },
  {
    id: 'accelerator-framework',
    source: 'AI Platform Prediction, "Using GPUs": TensorFlow or a custom container',
    check: ({ accelerator, servedFramework }) =>
      accelerator !== undefined && servedFramework !== undefined && servedFramework !== 'TENSORFLOW'
        ? refused(
            accelerator,
            `accelerators serve TensorFlow models and custom containers, and this model is ${frameworkTitles[servedFramework]}; leave it out`,
          )
        : undefined,
  },
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
    id: 'min-nodes-n1',
    source: 'ml v1, AutoScaling.minNodes: at least 1 with Compute Engine machine types',
    check: ({ minNodes, machine }) =>
      minNodes !== undefined && machine?.endpoint === 'regional' && minNodes.value === 0
        ? refused(minNodes, `must be 1 or more on ${machine.name}; only mls1-* scales to zero`)
        : undefined,
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
