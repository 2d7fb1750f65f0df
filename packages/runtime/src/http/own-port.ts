import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tryPort } from './try-port.ts';

/** Below what systems hand out by themselves (Linux from 32768, macOS from 49152). */
const FIRST = 20_000;
const BLOCKS = 750;
export const BLOCK_SIZE = 16;
const HOST = '127.0.0.1';

let claimed: Promise<number[]> | undefined;

/**
 * A port of this machine for what is to listen later, or again after it was closed: nobody else gets it while this
 * process lives. One that the system hands out (0) goes to any outgoing connection as soon as it is not open, and one
 * that was merely found free goes to whoever looks at the same time.
 */
export async function ownPort(): Promise<number> {
  for (;;) {
    claimed ??= claimBlock();
    const block = claimed;
    const port = (await block).pop();
    if (port === undefined) {
      if (claimed === block) claimed = undefined;
    } else if (await isFree(port)) return port;
  }
}

/** Who listens at the first port of a block owns the others; the system sees to it that a process that dies lets go. */
async function claimBlock(): Promise<number[]> {
  const start = randomInt(BLOCKS);
  for (let n = 0; n < BLOCKS; n++) {
    const first = FIRST + ((start + n) % BLOCKS) * BLOCK_SIZE;
    const holder = createServer((socket) => socket.destroy()).unref();
    try {
      await once(holder.listen(first, HOST), 'listening');
      return Array.from({ length: BLOCK_SIZE - 1 }, (_, index) => first + 1 + index);
    } catch {
      // Somebody else's: the next block.
    }
  }
  throw new Error(`no free ports from ${FIRST} to ${FIRST + BLOCKS * BLOCK_SIZE}`);
}

function isFree(port: number): Promise<boolean> {
  return tryPort(port, HOST).then(
    () => true,
    () => false,
  );
}
