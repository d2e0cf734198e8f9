import type { RuleFault } from './refuse.ts';
import { aiPlatformServer } from './rules/ai-platform-server.ts';
import { artifactRules } from './rules/artifact-rules.ts';
import { aiPlatformContainerRules, containerRules } from './rules/container-rules.ts';
import { customCodeRules } from './rules/custom-code-rules.ts';
import { explanationRules } from './rules/explanation-rules.ts';
import { machineRules } from './rules/machine-rules.ts';
import type { Rule, Subject } from './rules/rule.ts';
import { modelRules } from './rules/model-rules.ts';
import { instanceRules } from './rules/instance-rules.ts';
import { proofRules } from './rules/proof-rules.ts';
import { runtimeRules } from './rules/runtime-rules.ts';
import { scalingRules } from './rules/scaling-rules.ts';
import { versionConfigRules } from './rules/version-config-rules.ts';
import { vertexAiRules } from './vertex-ai/rules.ts';
import { readVertexAiWanted } from './vertex-ai/wanted.ts';
import { readWanted } from './wanted.ts';

export type { Rule, Subject } from './rules/rule.ts';

/** Every limit of AI Platform Prediction and every rule between fields, one row each. */
export const rules: readonly Rule[] = [
  ...artifactRules,
  ...runtimeRules,
  ...modelRules(aiPlatformServer),
  ...machineRules,
  ...scalingRules,
  ...customCodeRules,
  ...containerRules,
  ...aiPlatformContainerRules,
  ...versionConfigRules,
  ...explanationRules,
  ...proofRules,
  ...instanceRules,
];

/** All faults that can be told from what is known so far; rules about the artifact wait for it. */
export function checkRules(subject: Subject): readonly RuleFault[] {
  const { request, artifact, today } = subject;
  return request.platform === 'vertex-ai'
    ? judge(vertexAiRules, readVertexAiWanted(request, artifact, today), subject)
    : judge(rules, readWanted(request, artifact), subject);
}

function judge<Seen>(
  table: readonly Rule<Seen>[],
  wanted: Seen,
  subject: Subject,
): readonly RuleFault[] {
  const { request, artifact } = subject;
  return table.flatMap((rule) => {
    if ('check' in rule) return rule.check(wanted, subject) ?? [];
    return artifact === undefined ? [] : (rule.checkArtifact(artifact, wanted, request) ?? []);
  });
}
