import { fork } from 'node:child_process';
import { startFauxqs } from 'fauxqs';

/** Run by itself this file is fauxqs in a process of its own, so that its work is not counted as the consumer's. */
if (import.meta.main) {
  const server = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
  process.send?.(server.port);
  process.on('disconnect', () => process.exit(0));
}

export interface BenchServer {
  name: string;
  endpoint: string;
  stop(): void;
}

async function startFauxqsProcess(): Promise<BenchServer> {
  const child = fork(import.meta.filename, { stdio: 'inherit' });
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
