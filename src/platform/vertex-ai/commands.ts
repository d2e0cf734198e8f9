import type { Made } from '../../record.ts';
import { command } from '../../report/gcloud.ts';
import type { DeployRequest } from '../../request/deploy-request.ts';
import { lastPart } from './names.ts';

/** The gcloud command lines that watch, restore or remove what a deploy to Vertex AI makes. */
export interface VertexAiCommands {
  watch(operation: string): string;
  /** Sets the whole traffic split, by id of the deployed model. */
  setTraffic(endpoint: string, split: Readonly<Record<string, number>>): string;
  madeEndpoint(name: string): Made;
  /** A version in the registry; with `isNewModel` the whole model is this run's. */
  madeVersion(model: string, version: string, isNewModel: boolean, state: string): Made;
  /** A version on an endpoint. */
  madeDeployment(endpoint: string, deployedModelId: string, state: string): Made;
}

/** Commands for the project and region of this request. */
export function vertexAiCommands(request: DeployRequest): VertexAiCommands {
  const ai = (...words: readonly string[]): string =>
    command([
      'gcloud',
      'ai',
      ...words,
      `--region=${request.region}`,
      `--project=${request.projectId}`,
    ]);
  return {
    watch: (operation) => ai('operations', 'describe', lastPart(operation)),
    setTraffic: (endpoint, split) => {
      const pairs = Object.entries(split).map(([id, percent]) => `${id}=${percent}`);
      return ai('endpoints', 'update', lastPart(endpoint), `--traffic-split=${pairs.join(',')}`);
    },
    madeEndpoint: (name) => ({
      kind: 'endpoint',
      name,
      state: 'created by this run',
      undo: ai('endpoints', 'delete', lastPart(name)),
    }),
    madeVersion: (model, version, isNewModel, state) => ({
      kind: isNewModel ? 'model' : 'version',
      name: isNewModel ? model : `${model}@${version}`,
      state: isNewModel ? `version ${version}, ${state}` : state,
      undo: isNewModel
        ? ai('models', 'delete', lastPart(model))
        : ai('models', 'delete-version', `${lastPart(model)}@${version}`),
    }),
    madeDeployment: (endpoint, deployedModelId, state) => ({
      kind: 'deployment',
      name: `${endpoint}/deployedModels/${deployedModelId}`,
      state,
      undo: ai(
        ...['endpoints', 'undeploy-model', lastPart(endpoint)],
        `--deployed-model-id=${deployedModelId}`,
      ),
    }),
  };
}
