import { containerRules } from '../rules/container-rules.ts';
import { explanationRules } from '../rules/explanation-rules.ts';
import { modelRules } from '../rules/model-rules.ts';
import { instanceRules } from '../rules/instance-rules.ts';
import { proofRules } from '../rules/proof-rules.ts';
import type { Rule } from '../rules/rule.ts';
import { scalingRules } from '../rules/scaling-rules.ts';
import { artifactRules } from './rules/artifact-rules.ts';
import { configRules } from './rules/config-rules.ts';
import { containerSpecRules } from './rules/container-spec-rules.ts';
import { machineRules } from './rules/machine-rules.ts';
import { vertexAiProofRules } from './rules/proof-rules.ts';
import { vertexAiServer } from './model-server.ts';
import type { VertexAiWanted } from './wanted.ts';

/** Every limit of Vertex AI for custom models and every rule between fields, one row each. */
export const vertexAiRules: readonly Rule<VertexAiWanted>[] = [
  ...artifactRules,
  ...modelRules(vertexAiServer),
  ...machineRules,
  ...scalingRules,
  ...containerRules,
  ...containerSpecRules,
  ...configRules,
  ...explanationRules,
  ...proofRules,
  ...instanceRules,
  ...vertexAiProofRules,
];
