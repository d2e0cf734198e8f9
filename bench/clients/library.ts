import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Storage, TransferManager } from '@google-cloud/storage';

/**
 * Google's library with its own defaults, as a script would use it.
 *
 *     library.js ORIGIN BUCKET PREFIX DIRECTORY plain|manager
 */
const [, , origin = '', bucketName = '', prefix = '', directory = '', way = ''] = process.argv;

/** Uploads at once; the default of google-github-actions/upload-cloud-storage. */
const CONCURRENCY = 100;

const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
  statSync(join(directory, name)).isFile(),
);
const destination = (name: string): string => prefix + name.replaceAll('\\', '/');
const bucket = new Storage({ apiEndpoint: origin, projectId: 'bench' }).bucket(bucketName);

if (way === 'plain') {
  const waiting = [...names];
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
        await bucket.upload(join(directory, name), { destination: destination(name) });
      }
    }),
  );
} else {
  await new TransferManager(bucket).uploadManyFiles(
    names.map((name) => join(directory, name)),
    {
      concurrencyLimit: CONCURRENCY,
      customDestinationBuilder: (path) => destination(path.slice(directory.length + 1)),
    },
  );
}
