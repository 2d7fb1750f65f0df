import { mkdirSync } from 'node:fs';
import { startFauxqs } from 'fauxqs';
import { reasonOf } from '../fault.ts';
import { portFault } from './ports.ts';

export interface EmbeddedSqs {
  endpoint: string;
  stop(): Promise<void>;
}

/** How long open long polls may hold up the end. */
const closeMs = 500;

/**
 * SQS in this process; queued messages are kept in `folder` and survive a restart.
 * fauxqs listens on all interfaces and knows no passwords: it is for a machine of one's own.
 */
export async function startSqs(port: number, folder: string): Promise<EmbeddedSqs> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const server = await startFauxqs({ port, dataDir: folder, logger: false }).catch((error: unknown) => {
    throw portFault('sqs', port, error instanceof Error ? error : new Error(reasonOf(error)));
  });
  return {
    endpoint: `http://127.0.0.1:${server.port}`,
    stop: async () => {
      const stopped = server.stop();
      await Promise.race([stopped, new Promise((resolve) => setTimeout(resolve, closeMs).unref())]);
    },
  };
}
