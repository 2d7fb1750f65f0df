import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchOptions, measureInTurns, printTable, tableOf } from '@postern/runtime/testing';
import { BARE, BATCHES, type Contender, contenders, OURS_PLAIN } from './contenders.ts';
import { type ColdAndWarm, type Drained, drain, drainByGo } from './drain.ts';
import { buildGoConsumer } from './go-consumer.ts';
import { type BenchServer, benchServers } from './server.ts';

const about = `A filled queue is emptied by Postern's consumer, a bare loop of the SDK, sqs-consumer with as many pollers as give it its best, and a consumer in
Go (where Go is present): each in a process of its own, which empties one queue cold (its code has never run before) and then another one warm. All
have the same bound on what their handlers have at a time. On fauxqs, and on the server of TEST_SQS_ENDPOINT (ElasticMQ) as well.`;
const options = benchOptions(about, {
  // At 70,000 a second, 10,000 would be 0.15 s, in which V8 has not compiled yet what it would go on with.
  messages: [100_000, 'messages of one measurement, ten times as many with frames', 2_000],
  seconds: [3, 'most time of one measurement', 1],
  inFlight: ['200,2000', 'most messages that handlers have at a time, a pair of tables for each', '200'],
  handlerMs: ['0,20', 'how long handlers wait, a pair of tables for each', '0'],
  rounds: [1, 'measurements of each; they take turns'],
  quick: [false, 'short, and without Go'],
  json: [false, 'one line of JSON a table'],
});

const GO = 'Go, 20 pollers';
/** More than the consumers of others take in a second here: no more is filled for them than they can empty in their time. */
const OTHERS_PER_SECOND = 25_000;
const numbers = (list: string) => list.split(',').map(Number);

function messagesFor({ name, frames }: Contender): number {
  if (name.startsWith(OURS_PLAIN)) return options.messages * (frames ? 10 : 1);
  return Math.min(options.messages, options.seconds * OTHERS_PER_SECOND);
}

/** Of sqs-consumer's numbers of pollers, the one that gave it most. */
function atItsBest(results: Map<string, ColdAndWarm[]>): Map<string, ColdAndWarm[]> {
  const most = (rounds: ColdAndWarm[]) => Math.max(...rounds.map(({ warm }) => warm.perSecond));
  const batches = [...results].filter(([name]) => name.startsWith(BATCHES));
  const [best] = batches.toSorted(([, a], [, b]) => most(b) - most(a));
  return new Map([...results].filter(([name]) => !name.startsWith(BATCHES) || name === best?.[0]));
}

async function print(server: BenchServer, inFlight: number, handlerMs: number, go: string | undefined): Promise<void> {
  const { messages, seconds, rounds, json } = options;
  const plan = { handlerMs, inFlight, seconds };
  const measured = contenders(inFlight).map((one) => {
    const measure = () => drain(server, one, { ...plan, messages: messagesFor(one) });
    return [one.name, measure] as const;
  });
  const all = Object.fromEntries(measured);
  if (go) all[GO] = () => drainByGo(go, server, { ...plan, messages });
  const results = atItsBest(await measureInTurns({ rounds, contenders: all, warmUp: false }));
  for (const which of ['cold', 'warm'] as const) {
    const title = `${server.name}: draining ${which}, at most ${inFlight} in flight, handlers of ${handlerMs} ms`;
    const comparison = { title, reference: go ? GO : BARE.name, compared: 'messages/s' as const };
    const rows = new Map([...results].map(([who, drained]) => [who, drained.map((one) => columns(one[which]))]));
    printTable(tableOf(comparison, rows), json);
  }
}

function columns({ perSecond, cpuMicros, perThousand, billedPerThousand }: Drained) {
  return {
    ...{ 'messages/s': perSecond, 'CPU us': cpuMicros },
    ...{ 'requests/1,000': perThousand, 'billed/1,000': billedPerThousand },
  };
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-bench-'));
  const go = options.quick ? undefined : buildGoConsumer(folder);
  for (const server of await benchServers()) {
    try {
      for (const inFlight of numbers(options.inFlight)) {
        for (const handlerMs of numbers(options.handlerMs)) await print(server, inFlight, handlerMs, go);
      }
    } finally {
      server.stop();
    }
  }
  rmSync(folder, { recursive: true });
}

await main();
