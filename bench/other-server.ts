import { deleteObjects, ensureBucket, listChecksums } from './objects.ts';
import type { Service } from './service.ts';

/**
 * A Cloud Storage server that runs already and that we know nothing about: it has the bucket or lets it be made, and
 * keeps what is uploaded until it is deleted. It tells neither its requests nor its CPU.
 */
export async function openOtherServer(origin: string): Promise<Service> {
  await ensureBucket(origin);
  return {
    origin,
    report: () => Promise.resolve(undefined),
    stopLearning: () => Promise.resolve(),
    checksums: (prefix) => listChecksums(origin, prefix),
    clear: (prefix) => deleteObjects(origin, prefix),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
