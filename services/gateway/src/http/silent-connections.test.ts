import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { SilentConnections } from './silent-connections.ts';

/** A machine that stands still makes silent who has not come to speak: such a try does not count. */
const IN_REAL_TIME = { retry: 2 };

async function started(server: Server, limitMs = 600_000) {
  const silent = new SilentConnections(server, { limitMs, everyMs: 20 });
  const accepted: Socket[] = [];
  server.on('connection', (socket) => accepted.push(socket));
  const first = new Promise((resolve) => server.once('connection', resolve));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const clients: Socket[] = [];
  return {
    silent,
    first,
    accepted: () => accepted.length,
    connect: () => {
      const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
      clients.push(client.on('error', () => undefined));
      return client;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of [...clients, ...accepted]) socket.destroy();
      silent.stop();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const closed = (socket: Socket) =>
  new Promise((resolve) =>
    socket
      .resume()
      .once('close', resolve)
      .once('end', () => socket.destroy()),
  );

describe('a connection', () => {
  it('is given to its listeners with its first byte, and with all that it says', async () => {
    const begun: Socket[] = [];
    await using door = await started(createServer((socket) => begun.push(socket)));
    const client = door.connect();
    await expect.poll(door.accepted).toBe(1);
    expect(begun).toEqual([]);
    client.write('G');
    await expect.poll(() => begun).toHaveLength(1);
    client.end('ET /');
    expect(await text(begun[0] as Socket)).toBe('GET /');
  });

  it('that says nothing for too long is closed', async () => {
    await using door = await started(createServer(), 50);
    await closed(door.connect());
  });

  it('that has spoken while the process stood still is not closed', IN_REAL_TIME, async () => {
    const begun: Socket[] = [];
    await using door = await started(
      createServer((socket) => begun.push(socket)),
      500,
    );
    const client = door.connect();
    await Promise.all([new Promise((resolve) => client.once('connect', resolve)), door.first]);
    // Of the turns of the event loop, timers come next, and what has arrived after them.
    await new Promise((resolve) => setImmediate(resolve));
    client.write('G');
    const since = performance.now();
    while (performance.now() - since < 600);
    await expect.poll(() => begun).toHaveLength(1);
  });

  it('that has spoken is not closed for having been silent', IN_REAL_TIME, async () => {
    const begun: Socket[] = [];
    await using door = await started(
      createServer((socket) => begun.push(socket.resume())),
      50,
    );
    const client = door.connect();
    client.write('G');
    await expect.poll(() => begun).toHaveLength(1);
    await closed(door.connect());
    expect(begun[0]?.destroyed).toBe(false);
  });

  it('that ends or is reset without a word is gone, and given to nobody', async () => {
    const begun: Socket[] = [];
    await using door = await started(createServer((socket) => begun.push(socket)));
    const client = door.connect();
    client.end();
    await closed(client);
    expect(begun).toEqual([]);
    const reset = door.connect();
    await expect.poll(door.accepted).toBe(2);
    reset.resetAndDestroy();
    const other = door.connect();
    other.write('G');
    await expect.poll(() => begun).toHaveLength(1);
  });

  it('that has said nothing yet is closed when the server stops', async () => {
    await using door = await started(createServer());
    const client = door.connect();
    await expect.poll(door.accepted).toBe(1);
    door.silent.close();
    await closed(client);
  });

  it('may say its first request in pieces, and large ones behind it', async () => {
    const server = createHttpServer(async (request, response) => {
      response.end(`${(await text(request)).length};`);
    });
    await using door = await started(server);
    const client = door.connect();
    client.write('P');
    await expect.poll(door.accepted).toBe(1);
    client.write(`OST / HTTP/1.1\r\nhost: a\r\ncontent-length: 300000\r\n\r\n${'x'.repeat(300_000)}`);
    client.write('GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
    expect(await text(client)).toMatch(/300000;[\s\S]*\r\n0;$/);
  });
});
