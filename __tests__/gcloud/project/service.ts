import type { Service } from '../../../emulator/exchange.ts';
import { GoogleError } from '../../../emulator/google-error.ts';
import { malformed, plainRefusal } from '../../../emulator/google-api/refusal.ts';
import { checkParameters, findRoute, pathPattern } from '../../../emulator/google-api/routes.ts';
import type { Route } from '../../../emulator/google-api/routes.ts';
import type { ProjectState } from './state.ts';

/** The fields of a message. */
export type Fields = Readonly<Record<string, unknown>>;

/** A request to a method, after its query and the names of the body's fields have been found to be right. */
export interface Call {
  readonly names: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Fields;
}

/** A method: what it answers. Throws `GoogleError`. */
export type Method = (state: ProjectState, call: Call) => unknown;

interface StrictMethod {
  readonly fields: readonly string[];
  readonly answer: Method;
}

/** A method at a path, with the fields that its body may have and its own query parameters. */
export function route(
  httpMethod: string,
  template: string,
  answer: Method,
  fields: readonly string[] = [],
  parameters: readonly string[] = [],
): Route<StrictMethod> {
  return { httpMethod, path: pathPattern(template), parameters, method: { fields, answer } };
}

/** A service of a project: refused while its API is off, and for every other project. */
export function serviceOf(
  state: ProjectState,
  api: string,
  routes: readonly Route<StrictMethod>[],
): Service {
  return async (exchange) => {
    const found = findRoute(routes, exchange);
    if (found === undefined) return 'not-mine';
    const { names, route } = found;
    if (!state.enabled.has(api)) throw serviceDisabled(state, api);
    const { project } = names;
    if (project !== undefined && project !== state.id && project !== state.number) {
      throw new GoogleError({ httpStatus: 403, message: `No permission on project ${project}.` });
    }
    checkParameters(exchange.query, route.parameters);
    const body = fieldsOf((await exchange.json()) ?? {}, route.method.fields);
    exchange.send(200, route.method.answer(state, { names, query: exchange.query, body }));
    return 'answered';
  };
}

/** The message with these fields. Throws 400 for one that has others. */
export function fieldsOf(value: unknown, fields: readonly string[]): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw plainRefusal('INVALID_ARGUMENT', 'Invalid JSON payload received. Expected an object.');
  }
  const unknown = Object.keys(value).filter((name) => !fields.includes(name));
  if (unknown.length === 0) return value as Fields;
  throw malformed(
    unknown.map((name) => ({
      description: `Invalid JSON payload received. Unknown name "${name}": Cannot find field.`,
    })),
  );
}

function serviceDisabled({ number }: ProjectState, api: string): GoogleError {
  return new GoogleError({
    httpStatus: 403,
    reason: 'accessNotConfigured',
    message: `API ${api} has not been used in project ${number} before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/${api}/overview?project=${number} then retry.`,
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'SERVICE_DISABLED',
        domain: 'googleapis.com',
        metadata: { service: api, consumer: `projects/${number}` },
      },
    ],
  });
}
