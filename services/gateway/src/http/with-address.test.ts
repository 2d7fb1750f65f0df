import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { withAddress } from './with-address.ts';

const REQUEST = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

/** What the listener has seen of the address of a client that does this once its connection was accepted. */
async function seenOf(act: (client: Socket) => void): Promise<(string | undefined)[]> {
  const seen: (string | undefined)[] = [];
  const listener: RequestListener = (request, response) => {
    seen.push(request.socket.remoteAddress);
    response.end();
  };
  const server = createServer(withAddress(listener));
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
  const closed = accepted.then((socket) => once(socket, 'close'));
  await Promise.all([accepted, once(client, 'connect')]);
  act(client);
  await closed;
  await new Promise((resolve) => server.close(resolve));
  return seen;
}

it('a request is carried out where its client has an address', async () => {
  expect(await seenOf((client) => client.resume().write(REQUEST))).toEqual(['127.0.0.1']);
});

it('a request of a client that has reset its connection behind it is not', async () => {
  const sendAndReset = (client: Socket) => {
    client.write(REQUEST);
    client.resetAndDestroy();
  };
  expect(await seenOf(sendAndReset)).toEqual([]);
});
