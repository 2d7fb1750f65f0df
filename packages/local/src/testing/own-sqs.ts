import { join } from 'node:path';
import { ownPort } from '@postern/runtime/light';
import { type Backend, Background } from './background.ts';

/** An SQS of one's own that keeps what it has answered for, and may be killed. */
export interface OwnSqs extends Backend {
  /** SIGKILL. Resolves when it has ended. */
  kill(): Promise<void>;
  /** Starts it again, at the same address with the same messages, after `kill`. Resolves when it answers. */
  restart(): Promise<void>;
}

/** Starts one: that of the playground, in a process of its own. @param folder where its messages are kept */
export async function startOwnSqs(folder: string): Promise<OwnSqs> {
  const port = await ownPort();
  const url = `http://127.0.0.1:${port}`;
  const launch = async () => {
    const script = join(import.meta.dirname, 'own-sqs-process.ts');
    const background = new Background('SQS', process.execPath, [script, String(port), folder]);
    // Whatever it says to this: it listens.
    await background.waitUntil(() => fetch(url).then(() => true));
    return background;
  };
  let background = await launch();
  return {
    url,
    what: 'fauxqs',
    stop: () => background.stop(),
    kill: async () => {
      background.signal('SIGKILL');
      await background.stop();
    },
    restart: async () => {
      background = await launch();
    },
  };
}
