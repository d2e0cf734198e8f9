import { ServiceError } from '../../failure.ts';
import { headAndTail } from '../../head-and-tail.ts';
import { violationsIn } from './violations.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Findings } from '../../record.ts';
import type { DeployRequest } from '../../request/deploy-request.ts';

/** What is known of the deploy when it fails; a `DeployRecord` is one. */
export interface Circumstances {
  readonly request?: DeployRequest | undefined;
  readonly plan?: Plan | undefined;
  /** Name of the operation that is waited for. */
  readonly operation?: string | undefined;
  /** What a look around found after the failure. */
  readonly findings?: Findings | undefined;
}

/** What an error says about itself, in one shape for services, libraries, Node and our own faults. */
export interface Told {
  /** `undefined` when no service of Google's was talking. */
  readonly service: string | undefined;
  /** Method and path as sent; empty when there was no request. */
  readonly request: string;
  readonly host: string;
  readonly http: number | undefined;
  /** Canonical status, such as `PERMISSION_DENIED`. */
  readonly status: string | undefined;
  /** Node's code (`ENOTFOUND`, `EACCES`), our own (`TIMEOUT`, `GARBLED`, `INCOMPLETE`), or the name of an abort. */
  readonly code: string | undefined;
  /** Reasons in the details, such as `SERVICE_DISABLED` or `conditionNotMet`. */
  readonly reasons: readonly string[];
  /** The metadata of the details' ErrorInfo: `permission`, `consumer`, `service`, … */
  readonly metadata: Readonly<Record<string, string>>;
  /** The details' field violations, a line each, with the name of our input where it has one. */
  readonly violations: readonly string[];
  /** The message, untrusted. */
  readonly text: string;
}

/** Reads an error of any origin. Only messages and codes are taken, never headers, bodies or stacks. */
export function told(error: unknown): Told {
  if (error instanceof ServiceError) {
    const details = error.details.filter(isRecord);
    return {
      service: error.service,
      request: error.request,
      host: error.host,
      http: error.httpStatus,
      status: error.status,
      code: error.transport,
      reasons: [error.status, ...details.map((detail) => detail['reason'])].filter(isString),
      metadata: Object.fromEntries(
        details
          .flatMap((detail) =>
            isRecord(detail['metadata']) ? Object.entries(detail['metadata']) : [],
          )
          .filter((entry): entry is [string, string] => isString(entry[1])),
      ),
      violations: violationsIn(details),
      text: error.serverMessage,
    };
  }
  return {
    service: undefined,
    request: '',
    host: '',
    http: numberIn(error, 'status'),
    status: undefined,
    code: codeIn(error),
    reasons: [],
    metadata: {},
    violations: [],
    text: headAndTail(error instanceof Error ? error.message : String(error)),
  };
}

/** Node's code, wherever in the chain of causes it is; the names of aborts and timeouts count as codes. */
function codeIn(error: unknown): string | undefined {
  for (
    let cause = error, depth = 0;
    isRecord(cause) && depth < 8;
    cause = cause['cause'], depth += 1
  ) {
    if (isString(cause['code'])) return cause['code'];
    if (cause['name'] === 'AbortError' || cause['name'] === 'TimeoutError') return cause['name'];
  }
  return undefined;
}

function numberIn(error: unknown, key: string): number | undefined {
  const value = isRecord(error) ? error[key] : undefined;
  return typeof value === 'number' ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}
