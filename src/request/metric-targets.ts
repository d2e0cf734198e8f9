import type { MetricTarget } from './deploy-request.ts';
import { splitPairs } from './key-value.ts';
import { Problem, quoted } from './problem.ts';
import { wholeNumber } from './scalar.ts';

const percent = wholeNumber(1, 100);

/** `cpu-usage=60,gpu-duty-cycle=60`: targets of autoscaling in percent, each metric once. */
export function metricTargets(given: string): readonly MetricTarget[] {
  const targets = Array.from(splitPairs(given), ([key, value]) => ({
    name: metricName(key),
    target: percent(value),
  }));
  if (new Set(targets.map(({ name }) => name)).size < targets.length) {
    throw new Problem('must name each metric once.');
  }
  return targets;
}

function metricName(key: string): MetricTarget['name'] {
  const name = key.replaceAll('-', '_').toUpperCase();
  if (name === 'CPU_USAGE' || name === 'GPU_DUTY_CYCLE') return name;
  throw new Problem(`must name cpu-usage or gpu-duty-cycle; ${quoted(key)} is neither.`);
}
