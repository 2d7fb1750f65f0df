import type { IncomingMessage } from 'node:http';
import { ConsoleFault } from './console-route.ts';

/** A selection of a hundred ids is 5 KB. */
const MAX_BYTES = 65_536;

/** @throws ConsoleFault for another type, or a form that is too long */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') throw new ConsoleFault(400, 'Expected the fields of a form.');
  // Said before it is read: a connection that is broken off in the middle brings nobody the message.
  if (Number(request.headers['content-length']) > MAX_BYTES) throw tooLong();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw tooLong();
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

function tooLong(): ConsoleFault {
  return new ConsoleFault(413, 'The form is too long: choose fewer at a time.');
}
