import { AsyncLocalStorage } from 'node:async_hooks';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { inTurn } from './in-turn.ts';
import { openServer } from './open-server.ts';

const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`;
const post = (path: string, body: string) =>
  `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
/** More than the kernel keeps for whoever does not read. */
const LARGE = Buffer.alloc(64 * 1_048_576);

/** A server that answers each request when the test says so, and a client that sends bytes. */
async function started() {
  const begun: string[] = [];
  const finished: string[] = [];
  const held = new Map<string, [IncomingMessage, ServerResponse]>();
  const listener = inTurn((request, response) => {
    const { url = '' } = request;
    begun.push(url);
    response.on('prefinish', () => finished.push(url));
    if (url === '/large') response.end(LARGE);
    else if (url === '/at-once') response.end('at once;');
    else if (url.startsWith('/unread')) held.set(url, [request, response]);
    else
      void text(request).then((body) => {
        if (url.startsWith('/held')) held.set(url, [request, response]);
        else response.end(`${url} ${body.length};`);
      });
  });
  const server = await openServer(createServer(listener), 0, '127.0.0.1');
  const clients: Socket[] = [];
  return {
    begun,
    finished,
    held,
    answer: (path: string, headers: Record<string, string> = {}) =>
      held.get(path)?.[1].writeHead(200, headers).end('held;'),
    send: (bytes: string, { reads = true } = {}) => {
      const client = connect(server.port, '127.0.0.1', () => client.write(bytes));
      clients.push(client);
      const got = { socket: client, text: '', closed: false };
      if (reads)
        client.setEncoding('utf8').on('data', (chunk: string) => {
          got.text += chunk;
        });
      client
        .on('error', () => undefined)
        .once('close', () => {
          got.closed = true;
        });
      return got;
    },
    /** What came before this has been read, as far as it is going to be. */
    settle: async () => {
      for (let times = 0; times < 5; times++)
        expect(await (await fetch(`http://127.0.0.1:${server.port}/other`)).text()).toBe('/other 0;');
      return begun.filter((url) => url !== '/other');
    },
    [Symbol.asyncDispose]: async () => {
      for (const client of clients) client.destroy();
      await server.close();
    },
  };
}

describe('requests that come together on one connection', () => {
  it('are begun one after the other, each when the answer before it has left', async () => {
    await using http = await started();
    const client = http.send(post('/held', '') + post('/b', 'bb') + get('/c'));
    expect(await http.settle()).toEqual(['/held']);
    http.answer('/held');
    await expect.poll(() => client.text).toMatch(/held;.*\/b 2;.*\/c 0;/s);
    expect(http.begun.filter((url) => url !== '/other')).toEqual(['/held', '/b', '/c']);
  });

  it('are not begun behind an answer that closes the connection', async () => {
    await using http = await started();
    const client = http.send(get('/held') + post('/b', ''));
    await expect.poll(() => http.held.has('/held')).toBe(true);
    http.answer('/held', { connection: 'close' });
    await expect.poll(() => client.closed).toBe(true);
    expect(await http.settle()).toEqual(['/held']);
  });

  it('are one that is worked on for a client that reads nothing', async () => {
    await using http = await started();
    http.send(get('/large').repeat(20), { reads: false });
    await expect.poll(() => http.begun).toContain('/large');
    expect(await http.settle()).toEqual(['/large']);
  });

  it('are 33 at most: one that is begun and 32 that wait', async () => {
    await using http = await started();
    const most = http.send(get('/held') + get('/a').repeat(32));
    await expect.poll(() => http.held.has('/held')).toBe(true);
    http.answer('/held');
    await expect.poll(() => most.text.match(/\/a 0;/g)?.length).toBe(32);
    const more = http.send(get('/held-again') + get('/a').repeat(33));
    await expect.poll(() => more.closed).toBe(true);
    expect(http.begun.slice(33)).toEqual(['/held-again']);
  });

  it('are not read any further while one waits, and are all answered', async () => {
    await using http = await started();
    const client = http.send(post('/held', '') + post('/b', 'b'.repeat(60_000)).repeat(20));
    await expect.poll(() => http.held.has('/held')).toBe(true);
    expect(await http.settle()).toEqual(['/held']);
    // What is read at once, and what Node keeps of a body that nobody has asked for yet.
    expect(http.held.get('/held')?.[0].socket.bytesRead).toBeLessThan(3 * 65_536);
    http.answer('/held');
    await expect.poll(() => client.text.match(/\/b 60000;/g)?.length).toBe(20);
  });

  it('are read again when none waits any more: that the client has gone away is noticed', async () => {
    await using http = await started();
    const client = http.send(get('/held') + get('/unread'));
    await expect.poll(() => http.held.has('/held')).toBe(true);
    http.answer('/held');
    await expect.poll(() => http.held.has('/unread')).toBe(true);
    client.socket.destroy();
    await expect.poll(() => http.held.get('/unread')?.[1].destroyed).toBe(true);
  });

  it('are each finished once, and others may come after them', async () => {
    await using http = await started();
    const client = http.send(get('/at-once').repeat(3));
    await expect.poll(() => client.text.match(/at once;/g)?.length).toBe(3);
    client.socket.write(get('/at-once'));
    await expect.poll(() => client.text.match(/at once;/g)?.length).toBe(4);
    expect(http.finished).toEqual(http.begun);
  });

  it('each keep the asynchronous context that they came with', async () => {
    const storage = new AsyncLocalStorage<string>();
    const contexts: unknown[] = [];
    const seen = inTurn((request, response) => {
      contexts.push([request.url, storage.getStore()]);
      setImmediate(() => response.end());
    });
    const server = createServer((request, response) => storage.run(`of ${request.url}`, () => seen(request, response)));
    const { port, close } = await openServer(server, 0, '127.0.0.1');
    const client = connect(port, '127.0.0.1', () => client.write(get('/a') + get('/b')));
    await expect
      .poll(() => contexts)
      .toEqual([
        ['/a', 'of /a'],
        ['/b', 'of /b'],
      ]);
    client.destroy();
    await close();
  });
});
