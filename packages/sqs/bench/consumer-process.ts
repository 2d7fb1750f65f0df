import { setTimeout as delay } from 'node:timers/promises';
import { openQueues } from '../src/index.ts';
import { type Contender, contenders } from './contenders.ts';
import { countedClient } from './counted-client.ts';

/** What the process is to do: one queue after the other. */
export interface ConsumerPlan {
  contender: string;
  /** Most messages that its handlers have at a time. */
  inFlight: number;
  endpoint: string;
  /** Of each queue, which is filled already. */
  prefixes: readonly string[];
  /** In each of them. */
  messages: number;
  handlerMs: number;
  /** Most time for each. */
  seconds: number;
}

/** One queue that was drained, as the program in Go reports it too. */
export interface Report {
  messages: number;
  /** From the first handler to the last. */
  micros: number;
  /** Of this process, until the last message is deleted. */
  cpuMicros: number;
  requests: number;
  billed: number;
}

/** Forked, this file is one consumer in a process of its own: what it measures of the first queue is code that has never run before. */
if (import.meta.main) {
  const plan: ConsumerPlan = JSON.parse(process.argv[2] as string);
  const contender = contenders(plan.inFlight).find(({ name }) => name === plan.contender);
  if (!contender) throw new Error(`there is no contender ${plan.contender}`);
  const counted = countedClient(plan.endpoint);
  const reports: Report[] = [];
  for (const prefix of plan.prefixes) reports.push(await drained(contender, counted, prefix, plan));
  process.send?.(reports, () => process.exit(0));
}

async function drained(
  contender: Contender,
  { client, api, requests }: ReturnType<typeof countedClient>,
  prefix: string,
  { messages, handlerMs, seconds }: ConsumerPlan,
): Promise<Report> {
  const queues = await openQueues(client, { prefix, names: ['bench'], create: false });
  const over = Promise.withResolvers<void>();
  const before = { ...requests };
  let handled = 0;
  let began = 0;
  let ended = 0;
  const cpu = process.cpuUsage();
  const running = contender.start(
    client,
    queues,
    async () => {
      if (began === 0) began = performance.now();
      if (handlerMs > 0) await delay(handlerMs);
      handled += 1;
      ended = performance.now();
      if (handled === messages) over.resolve();
    },
    api,
  );
  await Promise.race([over.promise, delay(seconds * 1_000)]);
  await running.stop();
  const { user, system } = process.cpuUsage(cpu);
  return {
    messages: handled,
    micros: (ended - began) * 1_000,
    cpuMicros: user + system,
    requests: requests.total - before.total,
    billed: requests.billed - before.billed,
  };
}
