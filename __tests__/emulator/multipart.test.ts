import { Readable } from 'node:stream';
import { readMultipart } from '../../emulator/storage/multipart.ts';

const metadata = { name: 'a/b.bin', contentType: 'application/x-thing' };

function upload(lineEnd: string, boundary: string, media: Buffer, after = ''): Buffer {
  const head = [
    `--${boundary}`,
    'Content-Type: application/json',
    'MIME-Version: 1.0',
    '',
    JSON.stringify(metadata),
    `--${boundary}`,
    'content-type: application/octet-stream',
    'Content-Transfer-Encoding: binary',
    '',
    '',
  ].join(lineEnd);
  return Buffer.concat([
    Buffer.from(head),
    media,
    Buffer.from(`${lineEnd}--${boundary}--${after}`),
  ]);
}

async function read(
  contentType: string,
  chunks: readonly Buffer[],
): Promise<readonly [unknown, string | undefined, Buffer]> {
  const found = await readMultipart(contentType, Readable.from(chunks, { objectMode: false }));
  const media: Buffer[] = [];
  for await (const chunk of found.media) media.push(chunk);
  return [found.metadata, found.mediaType, Buffer.concat(media)];
}

const type = 'multipart/related; boundary=';

describe('a multipart upload', () => {
  test.each([
    ['bare boundary and CRLF, as Node', `${type}x-7`, upload('\r\n', 'x-7', Buffer.from('data'))],
    [
      'single quotes and LF, as gcloud',
      `${type}'==7=='`,
      upload('\n', '==7==', Buffer.from('data'), '\n'),
    ],
    ['double quotes', `${type}"x 7"`, upload('\r\n', 'x 7', Buffer.from('data'), '\r\nepilogue')],
    [
      'other parameters around the boundary',
      'multipart/related; type="a"; boundary=x7; a=b',
      upload('\r\n', 'x7', Buffer.from('data')),
    ],
    [
      'a preamble',
      `${type}x7`,
      Buffer.concat([Buffer.from('hello\r\n'), upload('\r\n', 'x7', Buffer.from('data'))]),
    ],
  ])('is read with %s', async (_, contentType, body) => {
    expect(await read(contentType, [body])).toEqual([
      metadata,
      'application/octet-stream',
      Buffer.from('data'),
    ]);
  });

  test.each(['\n', '\r\n'])(
    'may have any bytes as media, cut anywhere on the way (line end %j)',
    async (lineEnd) => {
      const media = Buffer.from(
        `\r\n--x\n--x7y\r\n-- x7--\r\n\r--x7\n\r\r\n--\n--x7-\n--x7 z--x7--\r`,
      );
      const body = upload(lineEnd, 'x7', media);
      for (let cut = 0; cut <= body.length; cut += 1) {
        const [, , found] = await read(`${type}x7`, [body.subarray(0, cut), body.subarray(cut)]);
        expect(found).toEqual(media);
      }
      const bytes = Array.from(body, (byte) => Buffer.from([byte]));
      expect((await read(`${type}x7`, bytes))[2]).toEqual(media);
    },
  );

  test.each(['\n', '\r\n'])('may have empty media (line end %j)', async (lineEnd) => {
    expect((await read(`${type}x7`, [upload(lineEnd, 'x7', Buffer.alloc(0))]))[2]).toEqual(
      Buffer.alloc(0),
    );
  });

  test('may have empty media whose only line end is that of the delimiter', async () => {
    const body = Buffer.from('--b\r\n\r\n{}\r\n--b\r\nContent-Type: a/b\r\n\r\n--b--');
    expect(await read(`${type}b`, [body])).toEqual([{}, 'a/b', Buffer.alloc(0)]);
  });

  test.each([
    [
      'the end is missing',
      `${type}x7`,
      upload('\r\n', 'x7', Buffer.from('data')).subarray(0, -2),
      'Missing end boundary in multipart body.',
    ],
    [
      'the boundary is another',
      `${type}x8`,
      upload('\r\n', 'x7', Buffer.from('data')),
      'Missing multipart parts.',
    ],
    [
      'no boundary is given',
      'multipart/related',
      upload('\r\n', 'x7', Buffer.from('data')),
      'A multipart upload needs a Content-Type of multipart/related with a boundary.',
    ],
    [
      'the metadata are no JSON',
      `${type}b`,
      Buffer.from('--b\n\n{nope\n--b\n\ndata\n--b--'),
      'Parse Error',
    ],
    [
      'there is one part',
      `${type}b`,
      Buffer.from('--b\n\n{}\n--b--'),
      'A multipart upload needs two parts.',
    ],
    [
      'there are three parts',
      `${type}b`,
      Buffer.from('--b\n\n{}\n--b\n\ndata\n--b\n\nmore\n--b--'),
      'A multipart upload has two parts, not more.',
    ],
  ])('is refused when %s', async (_, contentType, body, message) => {
    await expect(read(contentType, [body])).rejects.toMatchObject({ httpStatus: 400, message });
  });
});
