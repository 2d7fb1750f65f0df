import { openQueues } from '../src/index.ts';
import { OURS_FRAMED } from './contenders.ts';
import { countedClient } from './counted-client.ts';

export interface BacklogPlan {
  endpoint: string;
  /** Of the queue, which is filled already. */
  prefix: string;
  /** In it, a multiple of ten. */
  messages: number;
}

/** What a tenth of the backlog took this process, and what it held at its end. */
export interface Tenth {
  ms: number;
  cpuMicros: number;
  residentMb: number;
}

/** Forked, this file drains a backlog and reports each tenth; the first is code that has never run. */
if (import.meta.main) {
  const { endpoint, prefix, messages }: BacklogPlan = JSON.parse(process.argv[2] as string);
  const { client, api } = countedClient(endpoint);
  const queues = await openQueues(client, { prefix, names: ['bench'], create: false });
  const tenths: Tenth[] = [];
  const over = Promise.withResolvers<void>();
  let handled = 0;
  let [since, cpu] = [performance.now(), process.cpuUsage()];
  const running = OURS_FRAMED.start(
    client,
    queues,
    async () => {
      handled += 1;
      if (handled % (messages / 10) !== 0) return;
      const { user, system } = process.cpuUsage(cpu);
      const ms = performance.now() - since;
      tenths.push({ ms, cpuMicros: user + system, residentMb: process.memoryUsage.rss() / 1_048_576 });
      [since, cpu] = [performance.now(), process.cpuUsage()];
      if (tenths.length === 10) over.resolve();
    },
    api,
  );
  await over.promise;
  await running.stop();
  process.send?.(tenths, () => process.exit(0));
}
