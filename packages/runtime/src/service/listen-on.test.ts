import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { ConfigError } from '../configuration/env.ts';
import { listenOn } from './listen-on.ts';

function listening(port: number, host = '127.0.0.1') {
  const server = createServer();
  const promise = new Promise<{ port: number; close: () => void }>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const { port: taken } = server.address() as { port: number };
      resolve({ port: taken, close: () => server.close() });
    });
  });
  return promise;
}

it('a port that is in use is a configuration error that names its variable', async () => {
  const first = await listenOn('GATEWAY_PORT', listening(0));
  try {
    const second = listenOn('GATEWAY_PORT', listening(first.port));
    await expect(second).rejects.toThrow(ConfigError);
    await expect(second).rejects.toThrow(/GATEWAY_PORT: .*EADDRINUSE.*choose another port/);
  } finally {
    first.close();
  }
});

it('an address that is not of this machine, or none, is an error in the variable that names it', async () => {
  const notFound = Object.assign(new Error('getaddrinfo ENOTFOUND nowhere'), { code: 'ENOTFOUND' });
  for (const listen of [listening(0, '192.0.2.1'), Promise.reject(notFound)]) {
    await expect(listenOn('WORKER_OPS_PORT', listen)).rejects.toThrow(/WORKER_OPS_HOST: .*an address of this machine/);
  }
});

it('any other failure stays as it is', async () => {
  const failure = new Error('TLS_KEY_FILE is not a key');
  await expect(listenOn('GATEWAY_PORT', Promise.reject(failure))).rejects.toBe(failure);
});
