import { once } from 'node:events';
import { createServer } from 'node:net';

/** Opens a port and closes it again. @throws the error of `listen` where it cannot be opened */
export async function tryPort(port: number, host: string): Promise<void> {
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  await new Promise((resolve) => server.close(resolve));
}
