import { Readable } from 'node:stream';

/**
 * A mail's body as one chunk. It is made at once, while the server is still being asked whether it takes the mail, so that
 * nothing is left to do between `before`, which is awaited when the body is first read, and the write. nodemailer streams a
 * body line by line, each a write to the socket of its own; our mails are some tens of kilobytes, and one write costs a fraction
 * of that (measured). `readableDidRead` tells whether the server could have got any of it.
 */
export function onePieceBody(source: NodeJS.ReadableStream, before: () => Promise<void>): Readable {
  const whole = collect(source);
  // Nobody asks for it where the server does not take the mail.
  whole.catch(() => undefined);
  let begun = false;
  const body = new Readable({
    read() {
      if (begun) return;
      begun = true;
      handOver(whole, before, body).catch((error: Error) => body.destroy(error));
    },
  });
  return body;
}

async function handOver(whole: Promise<Buffer>, before: () => Promise<void>, body: Readable): Promise<void> {
  const bytes = await whole;
  // The connection may have broken meanwhile; then there is nobody to hand it to.
  if (body.destroyed) return;
  await before();
  if (body.destroyed) return;
  body.push(bytes);
  body.push(null);
}

function collect(source: NodeJS.ReadableStream): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    source.on('data', (chunk: Buffer) => chunks.push(chunk));
    source.once('error', reject);
    source.once('end', () => resolve(Buffer.concat(chunks)));
  });
}
