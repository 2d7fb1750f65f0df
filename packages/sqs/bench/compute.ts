import { createHash } from 'node:crypto';

/** What a handler that computes does, so many times: reads a message of JSON, hashes it, and writes it again with the hash. */
export function compute(body: string, times: number): string {
  let text = body;
  for (let n = 0; n < times; n++) {
    const read: Record<string, unknown> = JSON.parse(text);
    read.hash = createHash('sha256').update(text).digest('hex');
    text = JSON.stringify(read);
  }
  return text;
}
