import { Readable } from 'node:stream';

/**
 * A mail's body as one chunk, made when it is first read and `before` has resolved. nodemailer streams a body line by
 * line, each a write to the socket of its own; our mails are some tens of kilobytes, and one write costs a fraction of
 * that (measured). `readableDidRead` tells whether the server could have got any of it.
 */
export function onePieceBody(create: () => NodeJS.ReadableStream, before: () => Promise<void>): Readable {
  let begun = false;
  const body = new Readable({
    read() {
      if (begun) return;
      begun = true;
      before().then(
        () => pour(create(), body),
        (error: Error) => body.destroy(error),
      );
    },
  });
  return body;
}

function pour(source: NodeJS.ReadableStream, body: Readable): void {
  const chunks: Buffer[] = [];
  source.on('data', (chunk: Buffer) => chunks.push(chunk));
  source.once('error', (error: Error) => body.destroy(error));
  source.once('end', () => {
    // The connection may have broken meanwhile; then there is nobody to hand it to.
    if (body.destroyed) return;
    body.push(Buffer.concat(chunks));
    body.push(null);
  });
}
