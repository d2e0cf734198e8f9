import type { IncomingMessage } from 'node:http';

/** Where a request was sent to, as its first line and its Host header say. */
export interface RequestTarget {
  /** Path and query as sent, without scheme and host. */
  readonly sent: string;
  /** `sent` without the region prefix. */
  readonly url: string;
  /** Still percent-encoded, without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** `us-central1`, or `global`. */
  readonly region: string;
  /** Scheme and authority for links. */
  readonly origin: string;
}

const regionalHost =
  /^([a-z]+-[a-z]+\d+)(?:-prediction)?-(?:ml|aiplatform)\.googleapis\.com(?::\d+)?$/;
const regionPrefix = /^\/([a-z]+-[a-z]+\d+|global)(?=\/v1)/;

/**
 * Reads origin-form and absolute-form targets (RFC 9112, 3.2). The region is the first segment before
 * `/v1`, which is dropped, else that of a host `REGION-ml.googleapis.com`, else `global`.
 */
export function readTarget(request: IncomingMessage): RequestTarget {
  const given = request.url ?? '/';
  const absolute = /^http:\/\/([^/?]*)(.*)$/i.exec(given);
  const authority = absolute?.[1] ?? request.headers.host ?? '127.0.0.1';
  const rest = absolute === null ? given : (absolute[2] ?? '');
  const sent = rest.startsWith('/') ? rest : `/${rest}`;
  const prefix = regionPrefix.exec(sent);
  const url = prefix === null ? sent : sent.slice(prefix[0].length);
  const mark = url.indexOf('?');
  return {
    sent,
    url,
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    region: prefix?.[1] ?? regionalHost.exec(authority.toLowerCase())?.[1] ?? 'global',
    origin: `http://${authority}`,
  };
}

/** Whether a path is Cloud Storage's, whose errors have a shape of their own. */
export function isStoragePath(path: string): boolean {
  return /^\/(?:storage|upload|resumable|download|batch\/storage|b)(?:\/|$)/.test(path);
}
