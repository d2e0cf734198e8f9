import type { Artifact } from '../../artifact/artifact.ts';
import type { DeployRequest } from '../../request/deploy-request.ts';
import { frameworkTitles } from '../runtimes.ts';
import { cureOf, newerBy, referencesOf, tellAll } from './model-rules.ts';
import type { ModelServer } from './model-server.ts';

/** What deserves a warning about a pickle that is deployed although it was not proven harmless. */
export function pickleWarnings(
  artifact: Artifact,
  server: ModelServer | undefined,
  request: DeployRequest,
): readonly string[] {
  const warnings: string[] = [];
  if (request.allowUnsafePickle) {
    const dangerous = referencesOf(artifact, 'dangerous');
    const unknown = referencesOf(artifact, 'unknown');
    if (dangerous.length > 0) {
      warnings.push(
        `The model refers to ${tellAll(dangerous)}, with which it can run any code when it is loaded; it is deployed because \`allow_unsafe_pickle\` is true.`,
      );
    }
    if (unknown.length > 0 && server !== undefined && request.packageFiles.length === 0) {
      warnings.push(
        `The model refers to ${tellAll(unknown)}, which ${server.title} does not have by itself; it is deployed because \`allow_unsafe_pickle\` is true, and may not load.`,
      );
    }
  }
  for (const name of server?.doubtful ?? []) {
    const isReferred = artifact.pickle?.globals.some(({ module }) => module.split('.')[0] === name);
    if (isReferred === true) {
      warnings.push(
        `The model refers to \`${name}\`, which ${server?.title ?? 'the server'} may not have; if it does not load, serve it from a container of your own (\`image\`).`,
      );
    }
  }
  return warnings;
}

/**
 * What is doubtful when a runtime that was chosen by hand has another version of the framework than the
 * model was made with. TensorFlow serves what older versions exported (TensorFlow, "Version compatibility",
 * SavedModels); XGBoost reads what older versions saved; a pickle is for the version that wrote it.
 */
export function versionWarnings(
  artifact: Artifact,
  server: ModelServer | undefined,
): readonly string[] {
  if (server?.asked === undefined) return [];
  const { framework, title } = server;
  const held = server.versions[framework];
  const made = artifact.framework === framework ? artifact.frameworkVersion : undefined;
  if (held === undefined || made === undefined) return [];
  const newer = newerBy(made, held);
  const name = frameworkTitles[framework];
  if (framework === 'TENSORFLOW' && newer > 0) {
    return [
      `The model was exported by ${name} ${made}, and ${title} has ${name} ${held}, which may lack operations that the model uses; ${cureOf(server, framework, made)}.`,
    ];
  }
  if (framework === 'XGBOOST' && newer > 0) {
    return [
      `The model was saved by ${name} ${made}, and ${title} has ${name} ${held}: ${name} promises to read what older versions saved, not newer ones; ${cureOf(server, framework, made)}.`,
    ];
  }
  if (framework === 'XGBOOST' && newer < 0 && artifact.pickle !== undefined) {
    return [
      `The model was pickled by ${name} ${made}, and ${title} has ${name} ${held}, which may not read it: save it with \`booster.save_model("model.bst")\` instead; ${cureOf(server, framework, made)}.`,
    ];
  }
  return [];
}
