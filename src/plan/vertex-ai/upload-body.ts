import type { Artifact } from '../../artifact/artifact.ts';
import type { DeployRequest } from '../../request/deploy-request.ts';
import { MANAGED_BY } from '../../request/labels.ts';
import type { JsonObject } from '../../world.ts';
import { isObject, layOver, valueAt, withoutEmpty } from '../json.ts';
import { explanationSpecOf } from './explanation-spec.ts';
import { containerSpecOf } from './translate.ts';
import { migratedFields } from './vertex-fields.ts';
import type { VertexAiWanted } from './wanted.ts';

/** What a user may choose as the id of a new model (vertex-ai-v1.md, §2). */
const MODEL_ID = /^[a-z_][a-z0-9_-]{0,62}$/;

const MOST_LABELS = 64;

/** What the body is made of. */
export interface Upload {
  readonly request: DeployRequest;
  readonly wanted: VertexAiWanted;
  readonly artifact: Artifact;
  /** Alias of the new version. */
  readonly version: string;
  /** `gs://…/`, with its trailing slash. */
  readonly deploymentUri: string;
  /** The model that gets a version, if it exists, and its full name. */
  readonly parentModel: { readonly name: string; readonly resource: JsonObject } | undefined;
}

/**
 * Body of `models.upload`: the fields of `version_config`, the inputs over them. A model that exists gets
 * a version and keeps its display name; the alias `default` is never in it, so that nothing moves before
 * the version has proven itself.
 */
export function uploadBody(upload: Upload): JsonObject {
  const { request, version, deploymentUri, parentModel } = upload;
  const { versionConfig } = request;
  const others = ['deployedModel', 'endpoint', 'containerSpec', ...migratedFields];
  const config = Object.entries(versionConfig).filter(([name]) => !others.includes(name));
  const displayName = valueAt(parentModel?.resource, ['displayName']);
  const model = layOver(
    Object.fromEntries(config),
    withoutEmpty({
      displayName: typeof displayName === 'string' ? displayName : request.model,
      artifactUri: deploymentUri.replace(/\/+$/, ''),
      containerSpec: containerSpec(upload),
      versionAliases: [version],
      versionDescription: request.description,
      labels: withAlias(request.labels, version),
      explanationSpec: explanationSpec(upload),
    }),
  );
  if (parentModel !== undefined) return { model, parentModel: parentModel.name };
  return MODEL_ID.test(request.model) ? { model, modelId: request.model } : { model };
}

/**
 * The labels, and in them the alias that the version gets from us, where it fits: so that a version which
 * has no other alias can be told from one that somebody pointed at.
 */
function withAlias(labels: DeployRequest['labels'], alias: string): JsonObject {
  const fits = /^[a-z0-9_-]{1,63}$/.test(alias) && Object.keys(labels).length < MOST_LABELS;
  if (labels['managed-by'] !== MANAGED_BY) return labels;
  return fits ? { ...labels, 'version-alias': alias } : labels;
}

function containerSpec({ request, wanted }: Upload): JsonObject {
  const { versionConfig } = request;
  const given = valueAt(versionConfig, ['containerSpec']);
  const choice = wanted.imageChoice;
  const chosen = choice === undefined || 'problem' in choice ? undefined : choice.uri;
  return layOver(
    layOver(containerSpecOf(versionConfig), isObject(given) ? given : {}),
    withoutEmpty({ imageUri: wanted.image?.value ?? chosen }),
  );
}

function explanationSpec({ request, artifact }: Upload): JsonObject | undefined {
  const translated = explanationSpecOf(request, artifact);
  return translated === undefined || 'problem' in translated ? undefined : translated.spec;
}
