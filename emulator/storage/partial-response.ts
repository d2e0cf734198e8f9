import type { Exchange } from '../exchange.ts';
import { GoogleError } from '../google-error.ts';

/** What of a resource is wanted: names, and of each what of its own content; everything where there is nothing. */
type Selection = Map<string, Selection>;

/** Selections by their text, since an upload repeats one thousands of times. */
const known = new Map<string, Selection>();
const MOST_KNOWN = 1000;

/**
 * The exchange, answered with the parts that its `fields` ask for (reference, "Standard parameters";
 * syntax of Google's partial responses: `a,b/c,d(e,f)`, `*` for any name). Refusals stay whole.
 *
 * @throws GoogleError 400 when `fields` cannot be read.
 */
export function withPartialResponse(exchange: Exchange): Exchange {
  const text = exchange.query.get('fields');
  if (text === null || text === '') return exchange;
  const selection = known.get(text) ?? parseSelection(text);
  if (known.size < MOST_KNOWN) known.set(text, selection);
  return {
    ...exchange,
    send: (status, body, headers) => {
      exchange.send(status, status < 300 ? select(body, selection) : body, headers);
    },
  };
}

function select(value: unknown, selection: Selection): unknown {
  if (selection.size === 0) return value;
  if (Array.isArray(value)) return value.map((item) => select(item, selection));
  if (typeof value !== 'object' || value === null) return value;
  const selected: Record<string, unknown> = {};
  for (const [name, content] of Object.entries(value)) {
    const wanted = selection.get(name) ?? selection.get('*');
    if (wanted !== undefined) selected[name] = select(content, wanted);
  }
  return selected;
}

function parseSelection(text: string): Selection {
  const tokens = text.match(/[^,()/]+|[,()/]/g) ?? [];
  let at = 0;
  const name = (): string => {
    const token = tokens[at++];
    if (token === undefined || !/^[\w*-]+$/.test(token)) throw unreadable(text);
    return token;
  };
  const list = (): Selection => {
    const selection: Selection = new Map();
    for (;;) {
      let inner = selection;
      const path = [name()];
      while (tokens[at] === '/') {
        at++;
        path.push(name());
      }
      for (const step of path) {
        const next = inner.get(step) ?? new Map<string, Selection>();
        inner.set(step, next);
        inner = next;
      }
      if (tokens[at] === '(') {
        at++;
        for (const [key, value] of list()) inner.set(key, value);
        if (tokens[at++] !== ')') throw unreadable(text);
      }
      if (tokens[at] !== ',') return selection;
      at++;
    }
  };
  const selection = list();
  if (at < tokens.length) throw unreadable(text);
  return selection;
}

function unreadable(text: string): GoogleError {
  return new GoogleError({
    httpStatus: 400,
    reason: 'invalidParameter',
    message: `Invalid field selection ${text.slice(0, 200)}`,
  });
}
