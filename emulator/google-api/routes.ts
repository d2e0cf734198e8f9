import type { Exchange } from '../exchange.ts';
import { GoogleError } from '../google-error.ts';
import { malformed } from './refusal.ts';

/** A method of a service and where it is called. */
export interface Route<Method> {
  readonly httpMethod: string;
  /** Matches a path; its groups are the names in the path. */
  readonly path: RegExp;
  /** Query parameters that it takes besides the standard ones. */
  readonly parameters: readonly string[];
  readonly method: Method;
}

/** Query parameters that every method takes (ai-platform-v1.md, section 1). */
const standardParameters = new Set([
  'alt',
  'fields',
  'key',
  'access_token',
  'oauth_token',
  'callback',
  'prettyPrint',
  'quotaUser',
  'uploadType',
  'upload_protocol',
  '$.xgafv',
]);

/** Turns a template such as `/v1/models/{model}:predict` into what a `Route` matches with. */
export function pathPattern(template: string): RegExp {
  // A project may be `domain.tld:id`; the other names hold no colon, which begins the verb.
  const pattern = template
    .replace('{project}', '(?<project>[^/]+?)')
    .replace(/\{(\w+)\}/g, '(?<$1>[^/:]+)');
  return new RegExp(`^${pattern}$`);
}

/** The route of a request, and the names in its path, decoded. Throws 400 for a broken encoding. */
export function findRoute<Method>(
  routes: readonly Route<Method>[],
  { method, path }: Exchange,
): { route: Route<Method>; names: Readonly<Record<string, string>> } | undefined {
  for (const route of routes) {
    if (route.httpMethod !== method) continue;
    const groups = route.path.exec(path)?.groups;
    if (groups === undefined) continue;
    const names = Object.entries(groups).map(([name, value]) => [name, decode(value)] as const);
    return { route, names: Object.fromEntries(names) };
  }
  return undefined;
}

/** Throws 400 for query parameters that the method does not take. */
export function checkParameters(query: URLSearchParams, parameters: readonly string[]): void {
  const unknown = [...new Set(query.keys())].filter(
    (name) => !standardParameters.has(name) && !parameters.includes(name),
  );
  if (unknown.length === 0) return;
  throw malformed(
    unknown.map((name) => ({
      description: `Invalid JSON payload received. Unknown name "${name}": Cannot bind query parameter. Field '${name}' could not be found in request message.`,
    })),
  );
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new GoogleError({ httpStatus: 400, message: `Invalid resource name: ${part}` });
  }
}
