import { describeDifferences, leafDiff, leavesOf } from '../field-diff.ts';
import type { Known } from '../known.ts';
import type { VertexAiPlan } from '../plan.ts';
import { pickleWarnings } from '../rules/model-warnings.ts';
import { vertexAiServer } from './model-server.ts';
import type { Served } from './served.ts';
import type { VertexAiWanted } from './wanted.ts';

/** What a prebuilt container is known to load (Vertex AI, "Export model artifacts for inference"). */
const MOST_PREBUILT_BYTES = 10 * 1024 ** 3;

/** Everything that deserves a warning annotation before anything is changed. */
export function warningsOf(
  known: Known,
  wanted: VertexAiWanted,
  plan: VertexAiPlan,
  served: Served,
): readonly string[] {
  const image = wanted.imageChoice;
  return [
    ...(image === undefined || 'problem' in image ? [] : image.warnings),
    ...(known.chosen?.remark === undefined ? [] : [known.chosen.remark]),
    ...pickleWarnings(known.artifact, vertexAiServer(wanted), known.request),
    ...promotionWarnings(known, served),
    ...endpointWarnings(known, plan),
    ...sizeWarnings(known, wanted),
  ];
}

function promotionWarnings(
  { request, version, existing }: Known,
  served: Served,
): readonly string[] {
  const { promote, traffic, model, endpoint } = request;
  const warnings: string[] = [];
  if (!promote && existing.model === undefined) {
    warnings.push(
      `\`promote\` is false, but ${version} is the first version of model ${model}, and the service gives the first one the alias default; it gets no traffic.`,
    );
  }
  if (!promote && traffic !== 100) {
    warnings.push(
      `\`traffic\` is ${traffic}, but \`promote\` is false: the version is deployed and gets none.`,
    );
  }
  if (promote && traffic !== 100 && served !== 'some') {
    warnings.push(
      `\`traffic\` is ${traffic}, but nothing else serves on endpoint ${endpoint}: the version gets all of it.`,
    );
  }
  return warnings;
}

/** What was asked of an endpoint that exists: it is used as it is. */
function endpointWarnings({ request, existing }: Known, plan: VertexAiPlan): readonly string[] {
  const endpoint = existing.vertexAi?.endpoint;
  if (endpoint === undefined) return [];
  const asked = new Map(
    [...leavesOf(plan.endpoint.body)].filter(([path]) => !/^(?:displayName$|labels\.)/.test(path)),
  );
  const found = new Map([...leavesOf(endpoint)].filter(([path]) => asked.has(path)));
  const differences = leafDiff(found, asked);
  return differences.length === 0
    ? []
    : [
        `Endpoint ${request.endpoint} exists and is used as it is; what \`version_config\` asks of it has no effect: ${describeDifferences(differences)}.`,
      ];
}

function sizeWarnings({ artifact }: Known, wanted: VertexAiWanted): readonly string[] {
  return wanted.imageChoice === undefined || artifact.totalBytes <= MOST_PREBUILT_BYTES
    ? []
    : [
        `${artifact.chosen} holds ${(artifact.totalBytes / 1024 ** 3).toFixed(1)} GiB, and prebuilt containers are made for 10 GiB at most: the deployment may fail or take very long.`,
      ];
}
