import { MANAGED_BY } from '../request/labels.ts';
import type { JsonObject } from '../world.ts';
import { valueAt } from './json.ts';

/** A version that another run may still be proving, or that somebody just rolled back to. */
const YOUNGEST_MILLISECONDS = 60 * 60_000;

/** An old version, as far as retiring it asks. */
export interface OldVersion {
  /** Short name or number. */
  readonly id: string;
  readonly created: Date;
  /** Whether it serves, is the default, or somebody gave it an alias. */
  readonly isNeeded: boolean;
  readonly labels: JsonObject;
}

/**
 * The versions beyond the newest `keep`, the new one counted among these, that may be deleted: made by this
 * action, not needed, and older than an hour. Oldest first.
 */
export function versionsToRetire(
  versions: readonly OldVersion[],
  keep: number,
  today: Date,
): readonly string[] {
  return versions
    .toSorted((one, other) => other.created.getTime() - one.created.getTime())
    .slice(Math.max(0, keep - 1))
    .filter((version) => mayRetire(version, today))
    .map(({ id }) => id)
    .reverse();
}

/** Whether this version may be deleted without asking anybody. */
export function mayRetire({ isNeeded, labels, created }: OldVersion, today: Date): boolean {
  return (
    !isNeeded &&
    labels['managed-by'] === MANAGED_BY &&
    today.getTime() - created.getTime() > YOUNGEST_MILLISECONDS
  );
}

/** A version of AI Platform: the default serves, but any other may be called by its name. */
export function oldVersion(version: JsonObject): OldVersion {
  const name = valueAt(version, ['name']);
  const labels = valueAt(version, ['labels']);
  return {
    id: typeof name === 'string' ? (name.split('/').at(-1) ?? '') : '',
    created: dateOf(valueAt(version, ['createTime'])),
    isNeeded: valueAt(version, ['isDefault']) === true,
    labels: isLabels(labels) ? labels : {},
  };
}

/**
 * A version of Vertex AI. The alias that this action gave it, which its label `version-alias` repeats, is no
 * sign that anybody needs it; any other alias is, and so is a deployment.
 */
export function oldVertexVersion(version: JsonObject): OldVersion {
  const labels = valueAt(version, ['labels']);
  const aliases = valueAt(version, ['versionAliases']);
  const deployed = valueAt(version, ['deployedModels']);
  const own = isLabels(labels) ? labels['version-alias'] : undefined;
  const id = valueAt(version, ['versionId']);
  const others = Array.isArray(aliases) ? aliases.filter((alias) => alias !== own) : [];
  return {
    id: typeof id === 'string' ? id : '',
    created: dateOf(valueAt(version, ['versionCreateTime'])),
    isNeeded: others.length > 0 || (Array.isArray(deployed) && deployed.length > 0),
    labels: isLabels(labels) ? labels : {},
  };
}

function isLabels(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What has no readable time counts as made just now, so that it stays. */
function dateOf(value: unknown): Date {
  const time = typeof value === 'string' ? Date.parse(value) : NaN;
  return new Date(Number.isNaN(time) ? 8.64e15 : time);
}
