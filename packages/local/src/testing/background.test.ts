import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

/** Starts a server that connects to this test and stays. */
const script = (port: number) => `
import { Background } from ${JSON.stringify(join(import.meta.dirname, 'background.ts'))};
new Background('a server', process.execPath, ['-e', "require('node:net').connect(${port}, '127.0.0.1').on('end', () => process.exit())"]);
process.stdout.write('started');
`;

it('a server of the tests does not outlive them when they are killed', { timeout: 120_000 }, async () => {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const connected = once(listener, 'connection');
  const { port } = listener.address() as AddressInfo;
  const tests = spawn(process.execPath, ['--input-type=module', '-e', script(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    tests.kill('SIGKILL');
    listener.close();
  });
  // The server may be connected before its process is watched.
  const [[server]] = (await Promise.all([connected, once(tests.stdout, 'data')])) as [[Socket], unknown];
  // Where the server lives on, the end of this connection ends it.
  onTestFinished(() => void server.end());
  // Its connection is reset or ends as it is killed, whoever reaps it.
  const ended = new Promise<true>((resolve) =>
    server.on('error', () => resolve(true)).on('close', () => resolve(true)),
  );
  server.resume();
  expect(tests.exitCode).toBeNull();

  tests.kill('SIGKILL');

  expect(await ended).toBe(true);
});
