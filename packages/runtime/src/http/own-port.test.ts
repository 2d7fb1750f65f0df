import { expect, test } from 'vitest';
import { BLOCK_SIZE, ownPort } from './own-port.ts';
import { tryPort } from './try-port.ts';

test('a port is given out once in a process, to those who ask at the same moment too', async () => {
  const ports = await Promise.all(Array.from({ length: 40 }, () => ownPort()));
  expect(new Set(ports).size).toBe(40);
});

test('no port is one that the system hands out to outgoing connections', async () => {
  expect(await ownPort()).toBeLessThan(32_768);
});

test('a port can be opened, closed and opened again, while what keeps other processes from it stays open', async () => {
  const port = await ownPort();
  await tryPort(port, '127.0.0.1');
  await tryPort(port, '127.0.0.1');
  await expect(tryPort(port - (port % BLOCK_SIZE), '127.0.0.1')).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
