import type { IncomingMessage } from 'node:http';
import { MalformedRequest } from './problems.ts';

/** Of these Node keeps the first and drops the others, where a proxy in front of us may have looked at the last. */
const SINGLE = ['host', 'authorization', 'content-type'];
const WRITTEN = ['Host', 'Authorization', 'Content-Type'];
const LENGTHS = new Set(SINGLE.map(({ length }) => length));

/**
 * RFC 9112, 3.2 and RFC 9110, 5.3: what a header may say once is refused when it is sent twice, and the connection is closed: another
 * reader of it may have taken the other one.
 *
 * @throws ProblemError 400
 */
export function requireSingle({ rawHeaders }: IncomingMessage): void {
  let seen = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (!LENGTHS.has(name.length)) continue;
    const found = SINGLE.indexOf(name.toLowerCase());
    if (found < 0) continue;
    const bit = 1 << found;
    if (seen & bit) {
      const detail = `There is more than one ${WRITTEN[found]} header.`;
      throw MalformedRequest.error({ detail, headers: { connection: 'close' } });
    }
    seen |= bit;
  }
}
