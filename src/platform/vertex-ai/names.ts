import type { JsonObject } from '../../world.ts';
import { isJsonObject } from '../../json.ts';
import { text } from '../read.ts';

/** A name of an answer, with the project as the user calls it: the service answers with its number. */
export function inProject(name: string, projectId: string): string {
  return name.replace(/^projects\/[^/]+\//, `projects/${projectId}/`);
}

/** The resource that an operation works on, out of its name; `undefined` where it does not say. */
export function subjectOf(operation: string | undefined, projectId: string): string | undefined {
  const subject = /^(.*\/(?:models|endpoints)\/[^/]+)\/operations\//.exec(operation ?? '')?.[1];
  return subject === undefined ? undefined : inProject(subject, projectId);
}

/** The last part of a resource name, without a version or alias behind `@`. */
export function lastPart(name: string): string {
  return (name.split('/').at(-1) ?? name).replace(/@.*$/, '');
}

/**
 * Whether two names mean the same resource. Answers name the project by number where requests name it by
 * id, and a deployed model may carry `@version`.
 */
export function isSameResource(left: string, right: string): boolean {
  const key = (name: string): string => name.replace(/^projects\/[^/]+\//, '').replace(/@.*$/, '');
  return key(left) === key(right);
}

/** Deployed models of an endpoint resource. */
export function deployedModels(endpoint: JsonObject): readonly JsonObject[] {
  const list = endpoint['deployedModels'];
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

/** Percent of the traffic by id of the deployed model. */
export function trafficSplit(endpoint: JsonObject): Readonly<Record<string, number>> {
  const split = endpoint['trafficSplit'];
  if (!isJsonObject(split)) return {};
  // Numbers in Google's JSON; those of others may be text, as protobuf allows.
  return Object.fromEntries(
    Object.entries(split)
      .map(([id, share]) => [id, Number(share)] as const)
      .filter(([, share]) => Number.isFinite(share)),
  );
}

/** Traffic by version number instead of by id, for people. Two deployments of one version are added up. */
export function trafficByVersion(endpoint: JsonObject): Readonly<Record<string, number>> {
  const split = trafficSplit(endpoint);
  const byVersion: Record<string, number> = {};
  for (const deployed of deployedModels(endpoint)) {
    const percent = split[text(deployed['id']) ?? ''] ?? 0;
    const version = text(deployed['modelVersionId']) ?? '?';
    byVersion[version] = (byVersion[version] ?? 0) + percent;
  }
  return byVersion;
}
