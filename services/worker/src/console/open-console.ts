import { listenOn, type ServiceProcess } from '@postern/runtime';
import type { Config } from '../config.ts';
import type { SqsClient } from '../consumers.ts';
import { existingQueues } from '../worker-queues.ts';
import type { Console } from './console.ts';

/**
 * Opens the console where the configuration gives it a port; it ends with the process.
 *
 * @returns its port
 * @throws ConfigError when the port cannot be had
 */
export async function openConsole(
  console: Console,
  { service, client, config }: { service: ServiceProcess; client: SqsClient; config: Config },
): Promise<number | undefined> {
  const { WORKER_CONSOLE_PORT: port, WORKER_CONSOLE_HOST: host, WORKER_CONSOLE_URL: publicUrl } = config;
  if (port === undefined) return undefined;
  const queues = await service.waitFor({ name: 'SQS', open: () => existingQueues(client, config) });
  const listening = await listenOn(
    'WORKER_CONSOLE_PORT',
    console.listen({ host, port, publicUrl }, { client, queues }),
  );
  service.onStop('console', () => listening.close());
  return listening.port;
}
