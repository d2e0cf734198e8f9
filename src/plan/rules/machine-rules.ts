import { nearestName } from '../../nearest-name.ts';
import { machineTypes } from '../machine-types.ts';
import { frameworkTitles } from '../runtimes.ts';
import { refused } from './rule.ts';
import type { Rule } from './rule.ts';

/** Rules about machine types and accelerators. */
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
    id: 'min-nodes-n1',
    source: 'ml v1, AutoScaling.minNodes: at least 1 with Compute Engine machine types',
    check: ({ minNodes, machine }) =>
      minNodes !== undefined && machine?.endpoint === 'regional' && minNodes.value === 0
        ? refused(minNodes, `must be 1 or more on ${machine.name}; only mls1-* scales to zero`)
        : undefined,
  },
]);
