import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { MemoryLogger } from '@postern/runtime';
import { describe, expect, it } from 'vitest';
import { startHttpServer } from './server.ts';

/** More than the kernel keeps for whoever does not read. */
const LARGE = 32 * 1_048_576;
const GET = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';

/** A server that answers when the test says so, and a client that has sent bytes. */
async function sent(bytes: string) {
  const begun = Promise.withResolvers<ServerResponse>();
  const problemBase = 'http://problems.test/';
  const options = { host: '127.0.0.1', port: 0, maxConnections: 10, problemBase, logger: new MemoryLogger() };
  const server = await startHttpServer((_request, response) => begun.resolve(response), options);
  const client = connect(server.port, '127.0.0.1', () => client.write(bytes)).setEncoding('utf8');
  const got = { text: '', closed: false };
  client.on('data', (chunk: string) => {
    got.text += chunk;
  });
  client
    .on('error', () => undefined)
    .once('close', () => {
      got.closed = true;
    });
  return {
    got,
    begun: begun.promise,
    socket: client,
    more: (text: string) => new Promise<void>((resolve) => client.write(text, () => resolve())),
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      await server.close(AbortSignal.abort());
    },
  };
}

describe('what the parser refuses', () => {
  it('is answered where nothing else is to be', async () => {
    await using connection = await sent('nonsense\r\n\r\n');
    await expect.poll(() => connection.got.closed).toBe(true);
    expect(connection.got.text).toMatch(/^HTTP\/1.1 400 .*malformed-request/s);
  });

  it.each([
    ['with it', `${GET}nonsense\r\n\r\n`, ''],
    ['after it', GET, 'nonsense\r\n\r\n'],
  ])('gives a request before it no answer that is not its own: sent %s', async (_when, first, second) => {
    await using connection = await sent(first);
    const response = await connection.begun;
    if (second) await connection.more(second);
    // Whatever comes once the server has read that: the refusal, or nothing.
    await expect.poll(() => (response as ServerResponse & { _last?: boolean })._last).toBe(true);
    response.end('its own');
    await expect.poll(() => connection.got.closed).toBe(true);
    expect(connection.got.text.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 200']);
    expect(connection.got.text).toContain('its own');
  });

  it('cuts off no answer that has ended and is still being read', async () => {
    await using connection = await sent(GET);
    const response = await connection.begun;
    connection.socket.pause();
    response.end('x'.repeat(LARGE));
    await connection.more('nonsense\r\n\r\n');
    await expect.poll(() => (response as ServerResponse & { _last?: boolean })._last).toBe(true);
    connection.socket.resume();
    await expect.poll(() => connection.got.closed).toBe(true);
    expect(connection.got.text.length).toBeGreaterThan(LARGE);
  });
});
