import { fork } from 'node:child_process';
import { startFauxqs } from 'fauxqs';
import { keepLongQueues } from './long-queues.ts';

/** Run by itself this file is fauxqs in a process of its own, so that its work is not counted as the consumer's. */
if (import.meta.main) {
  await keepLongQueues();
  const server = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
  process.send?.(server.port);
  process.on('disconnect', () => process.exit(0));
}

/** Room for a backlog of a million messages. */
const HEAP = '--max-old-space-size=8192';

export interface BenchServer {
  name: string;
  endpoint: string;
  stop(): void;
}

async function startFauxqsProcess(): Promise<BenchServer> {
  const child = fork(import.meta.filename, { stdio: 'inherit', execArgv: [HEAP] });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(Number(message)));
    child.once('error', reject);
  });
  return { name: 'fauxqs', endpoint: `http://127.0.0.1:${port}`, stop: () => child.disconnect() };
}

/** fauxqs, and the server that `TEST_SQS_ENDPOINT` names (ElasticMQ) where there is one. */
export async function benchServers(): Promise<BenchServer[]> {
  const servers = [await startFauxqsProcess()];
  const named = process.env.TEST_SQS_ENDPOINT;
  if (named) servers.push({ name: 'ElasticMQ', endpoint: named, stop: () => {} });
  return servers;
}
