import { once } from 'node:events';
import { type AddressInfo, createServer, Socket } from 'node:net';
import { expect, it, vi } from 'vitest';
import { MemoryLogger } from '../logging/logger.ts';
import { connect } from './connect.ts';

it('TCP looks every ten seconds whether the server of a connection that says nothing is still there', async () => {
  const kept = vi.spyOn(Socket.prototype, 'setKeepAlive');
  // It hangs up at once: all that matters is how it was called.
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const limits = { connectMs: 60_000 };
  const { sql } = connect(`mysql://root@127.0.0.1:${port}/none`, { size: 1, limits }, new MemoryLogger());
  await expect(sql.client.acquireRawConnection()).rejects.toThrow();
  expect(kept).toHaveBeenCalledWith(true, 10_000);
  server.close();
});
