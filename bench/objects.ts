/** Bucket that everything is uploaded to. */
export const BUCKET = 'bench';

const DELETIONS_AT_ONCE = 64;

interface Page {
  readonly items?: readonly { readonly name: string; readonly crc32c: string }[];
  readonly nextPageToken?: string;
}

/** CRC-32C of each object under a prefix of the bucket, by name. @throws Error when it is not told. */
export async function listChecksums(
  origin: string,
  prefix: string,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  let pageToken = '';
  do {
    const query = new URLSearchParams({ prefix, ...(pageToken === '' ? {} : { pageToken }) });
    const answer = await ask(origin, 'GET', `${BUCKET}/o?${query.toString()}`);
    const page = (await answer.json()) as Page;
    for (const { name, crc32c } of page.items ?? []) found.set(name, crc32c);
    pageToken = page.nextPageToken ?? '';
  } while (pageToken !== '');
  return found;
}

/** Deletes every object under a prefix of the bucket. */
export async function deleteObjects(origin: string, prefix: string): Promise<void> {
  const names = [...(await listChecksums(origin, prefix)).keys()];
  // Many at once: the server may be a slow one.
  for (let start = 0; start < names.length; start += DELETIONS_AT_ONCE) {
    await Promise.all(
      names
        .slice(start, start + DELETIONS_AT_ONCE)
        .map((name) => ask(origin, 'DELETE', `${BUCKET}/o/${encodeURIComponent(name)}`)),
    );
  }
}

/** Makes the bucket unless it is there. */
export async function ensureBucket(origin: string): Promise<void> {
  const found = await fetch(`${origin}/storage/v1/b/${BUCKET}`);
  await found.arrayBuffer();
  if (!found.ok) await ask(origin, 'POST', '?project=bench', { name: BUCKET });
}

async function ask(origin: string, method: string, rest: string, body?: object): Promise<Response> {
  const url = `${origin}/storage/v1/b${rest.startsWith('?') ? '' : '/'}${rest}`;
  const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(url, { method, ...(body === undefined ? {} : json) });
  if (answer.ok) return answer;
  throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
}
