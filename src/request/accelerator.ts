import type { Accelerator } from './deploy-request.ts';
import { nearestName } from '../nearest-name.ts';
import { Problem } from './problem.ts';

/** `AcceleratorConfig.type` of ml v1 and what aiplatform v1 adds, without the unspecified value. */
const TYPES: readonly string[] = [
  'NVIDIA_TESLA_K80',
  'NVIDIA_TESLA_P100',
  'NVIDIA_TESLA_V100',
  'NVIDIA_TESLA_P4',
  'NVIDIA_TESLA_T4',
  'NVIDIA_TESLA_A100',
  'TPU_V2',
  'TPU_V3',
  'TPU_V2_POD',
  'TPU_V3_POD',
  'NVIDIA_A100_80GB',
  'NVIDIA_L4',
  'NVIDIA_H100_80GB',
  'NVIDIA_H100_MEGA_80GB',
  'NVIDIA_H200_141GB',
  'NVIDIA_B200',
  'TPU_V4_POD',
  'TPU_V5_LITEPOD',
];

const MOST_MEANT = 3;

/** `type` or `type:count`; the type with hyphens or underscores, in any case; one without a count. */
export function accelerator(given: string): Accelerator {
  const [name = '', count = '1', ...rest] = given.split(':');
  const type = name.replaceAll('-', '_').toUpperCase();
  if (rest.length > 0 || !TYPES.includes(type) || !/^([1-9]|1[0-6])$/.test(count)) {
    const meant = TYPES.includes(type) ? [] : typesMeant(type);
    const types = TYPES.map(hyphenated).join(', ');
    throw new Problem(
      meant.length === 0
        ? `must be a type, or type:count with a count from 1 to 16, such as nvidia-tesla-t4:1. Types: ${types}.`
        : `is no type of accelerator; did you mean ${meant.map(hyphenated).join(' or ')}?`,
    );
  }
  return { type, count: Number(count) };
}

/** The few types that have all parts of the name, such as `nvidia-t4` or `t4`; else the nearest. */
function typesMeant(type: string): readonly string[] {
  const parts = type.split('_');
  const fuller = TYPES.filter((known) => {
    const own = known.split('_');
    return parts.every((part) => own.includes(part));
  });
  if (fuller.length > 0 && fuller.length <= MOST_MEANT) return fuller;
  const nearest = nearestName(type, TYPES);
  return nearest === undefined ? [] : [nearest];
}

function hyphenated(type: string): string {
  return type.replaceAll('_', '-').toLowerCase();
}
