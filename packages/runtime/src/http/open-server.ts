import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface OpenServer {
  port: number;
  /** Resolves when it has closed; what is under way is broken off. */
  close(): Promise<void>;
}

/** Has a server listen. @throws the error of `listen` where the port cannot be had */
export async function openServer(server: Server, port: number, host: string): Promise<OpenServer> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
