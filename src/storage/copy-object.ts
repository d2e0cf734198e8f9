import { Failure } from '../failure.ts';
import type { ArtifactFile } from '../artifact/artifact.ts';
import { damaged, isSame, isTaken, resolveTaken } from './insert-object.ts';
import type { InPlace, Workshop } from './insert-object.ts';
import type { ObjectName } from './json-api.ts';

/**
 * Copies an object on the server; nothing of it passes through the runner.
 *
 * @throws Failure `artifact` when the source is gone; ServiceError.
 */
export async function copyObject(
  workshop: Workshop,
  source: ObjectName,
  target: ObjectName,
  file: ArtifactFile,
): Promise<InPlace> {
  const crc32c = file.crc32c ?? (await workshop.api.find(source))?.crc32c;
  if (crc32c === undefined) throw sourceGone(source);
  const content = { bytes: file.bytes, crc32c };
  try {
    const object = await workshop.api.copy(source, target);
    if (isSame(object, content)) return { object, found: false };
    await workshop.api.remove(target, object.generation);
    throw damaged(target, object, content);
  } catch (error) {
    if (!isTaken(error)) throw error;
    return await resolveTaken(workshop, target, content, true);
  }
}

function sourceGone({ bucket, name }: ObjectName): Failure {
  return new Failure({
    code: 'artifact',
    what: `gs://${bucket}/${name} cannot be copied.`,
    why: 'It was there when the source was looked at and is gone now.',
    next: 'Let the job that writes the model end before this one begins, and run this one again.',
  });
}
