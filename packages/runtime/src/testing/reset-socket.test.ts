import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { resetSocket } from './reset-socket.ts';

/** The server's side of a connection. */
async function accepted(): Promise<Socket> {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
  onTestFinished(() => void client.destroy());
  const [socket] = (await once(server, 'connection')) as [Socket];
  return socket;
}

it('closes a connection', async () => {
  const socket = await accepted();
  resetSocket(socket);
  await once(socket, 'close');
  expect(socket.destroyed).toBe(true);
});

it('closes one that is still saying goodbye', async () => {
  const socket = await accepted();
  socket.end('goodbye');
  resetSocket(socket);
  await once(socket, 'close');
  expect(socket.destroyed).toBe(true);
});
