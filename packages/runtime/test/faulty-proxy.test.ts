import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { FaultyProxy } from '../src/testing/index.ts';

/** A server that repeats what it is told, when that ends so, behind a way that can fail. What it was told is on record. */
async function echo(end = '') {
  const told: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      told.push(data.toString());
      if (data.toString().endsWith(end)) socket.write(data);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const way = await FaultyProxy.before(`tcp://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(async () => {
    await way[Symbol.asyncDispose]();
    server.close();
  });
  return { way, told };
}

async function open(way: FaultyProxy): Promise<Socket> {
  const socket = connect(Number(new URL(way.url).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** What comes back: the text, or that the connection was closed. A reset is a way of closing it. */
function ask(socket: Socket, text: string): Promise<string> {
  socket.on('error', () => undefined);
  socket.write(text);
  return new Promise((resolve) => {
    socket.once('data', (data) => resolve(data.toString()));
    socket.once('close', () => resolve('closed'));
  });
}

it('passes everything on while nothing is wrong', async () => {
  const { way } = await echo();
  expect(await ask(await open(way), 'hello')).toBe('hello');
});

it('refuses connections and cuts open ones, until it is healed at the same address', async () => {
  const { way } = await echo();
  const { url } = way;
  const socket = await open(way);
  expect(await ask(socket, 'hello')).toBe('hello');
  const next = ask(socket, '');
  await way.refuse();
  expect(await next).toBe('closed');
  await expect(open(way)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await way.heal();
  expect(way.url).toBe(url);
  expect(await ask(await open(way), 'again')).toBe('again');
});

it('swallows a reply after the server was told', async () => {
  const { way, told } = await echo();
  way.swallow((request) => request.includes('commit'));
  const socket = await open(way);
  expect(await ask(socket, 'select')).toBe('select');
  expect(await ask(socket, 'commit')).toBe('closed');
  expect(told).toEqual(['select', 'commit']);
  expect(way.swallowed).toBe(1);
});

it('swallows the reply to a request that came in several pieces', async () => {
  const { way, told } = await echo(';');
  way.swallow((request) => request.includes('commit'));
  const socket = await open(way);
  socket.write('commit');
  await expect.poll(() => told).toEqual(['commit']);
  expect(await ask(socket, ';')).toBe('closed');
  expect(way.swallowed).toBe(1);
});

it('goes silent, and resets what has hung when it is healed', async () => {
  const { way, told } = await echo();
  const socket = await open(way);
  way.silence();
  const answer = ask(socket, 'anybody?');
  await way.heal();
  expect(await answer).toBe('closed');
  expect(told).toEqual([]);
});
