import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchCodec } from './codec.ts';
import { BATCHES, contenders } from './contenders.ts';
import { type ColdAndWarm, drain, drainByGo } from './drain.ts';
import { buildGoConsumer } from './go-consumer.ts';
import { loneLatency } from './latency.ts';
import { memoryOver } from './memory.ts';
import { type BenchServer, benchServers } from './server.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '3' },
    messages: { type: 'string', default: '10000' },
    'in-flight': { type: 'string', default: '200,2000' },
    'handler-ms': { type: 'string', default: '0,1,10,20,50' },
    memory: { type: 'string', default: '100000' },
    latency: { type: 'string', default: '200' },
    help: { type: 'boolean', default: false },
  },
});

const HELP = `Benchmarks of @postern/sqs: npx -y pnpm@12 bench queue [codec] [drain] [latency] [memory]
  --seconds 3       most time of one measurement
  --messages 10000  messages of one measurement; ten times as many with frames
  --memory 100000   messages that memory is watched over
  --latency 200     lone messages
  --in-flight 200,2000        most messages that the handlers of each consumer have at a time, one table for each
  --handler-ms 0,1,10,20,50   how long handlers wait
drain compares with a bare loop of the SDK, sqs-consumer with as many pollers as give it its best, and a consumer in Go (where Go is present): each in a
process of its own, which empties one queue cold (its code has never run before) and then another one warm.
TEST_SQS_ENDPOINT=http://… measures on that server (ElasticMQ) as well as on fauxqs.`;

const GO = 'Go, 20 pollers';
const numbers = (list: string) => list.split(',').map(Number);
const wants = (part: string) => positionals.length === 0 || positionals.includes(part);

async function main(): Promise<void> {
  if (values.help) {
    console.log(HELP);
    return;
  }
  if (wants('codec')) show('Packing of frames, an event of about 476 bytes', benchCodec());
  const folder = mkdtempSync(join(tmpdir(), 'postern-bench-'));
  const go = wants('drain') ? buildGoConsumer(folder) : undefined;
  const servers = await benchServers();
  for (const server of servers) {
    if (wants('drain')) {
      for (const inFlight of numbers(values['in-flight'])) {
        for (const handlerMs of numbers(values['handler-ms'])) {
          const results = await drained(server, { inFlight, handlerMs }, go);
          show(`${server.name}: draining, at most ${inFlight} in flight, handler ${handlerMs} ms`, table(results));
        }
      }
    }
    if (wants('latency')) {
      const { bare, ours } = await loneLatency(server, Number(values.latency));
      show(`${server.name}: a lone message, milliseconds from send to handler`, [
        { who: 'bare SDK', ...bare },
        { who: 'postern', ...ours },
        { who: 'ratio', p50: ratio(ours.p50, bare.p50), p99: ratio(ours.p99, bare.p99) },
      ]);
    }
    if (wants('memory')) {
      const heap = await memoryOver(server, Number(values.memory));
      console.log(`\n${server.name}: live heap in MB after each tenth of ${values.memory} messages: ${heap.join(' ')}`);
    }
    server.stop();
  }
  rmSync(folder, { recursive: true });
}

/** All contenders one after the other; of sqs-consumer's numbers of pollers the one that gave it most. */
async function drained(
  server: BenchServer,
  { inFlight, handlerMs }: { inFlight: number; handlerMs: number },
  go: string | undefined,
): Promise<[string, ColdAndWarm][]> {
  const plan = { messages: Number(values.messages), handlerMs, inFlight, seconds: Number(values.seconds) };
  const results: [string, ColdAndWarm][] = [];
  for (const contender of contenders(inFlight)) {
    const messages = plan.messages * (contender.frames ? 10 : 1);
    results.push([contender.name, await drain(server, contender, { ...plan, messages })]);
  }
  const isBatch = ([name]: [string, ColdAndWarm]) => name.startsWith(BATCHES);
  const best = results.filter(isBatch).toSorted(([, a], [, b]) => b.warm.perSecond - a.warm.perSecond)[0];
  const compared = results.filter((one) => !isBatch(one) || one === best);
  if (go) compared.push([GO, await drainByGo(go, server, plan)]);
  return compared;
}

function table(results: [string, ColdAndWarm][]): Record<string, string | number>[] {
  const beside = results.find(([name]) => name === GO)?.[1];
  return results.map(([who, { cold, warm }]) => ({
    who,
    'cold/s': cold.perSecond,
    'x Go': ratio(cold.perSecond, beside?.cold.perSecond),
    'warm/s': warm.perSecond,
    'x Go, warm': ratio(warm.perSecond, beside?.warm.perSecond),
    'CPU µs, cold': cold.cpuMicros,
    'CPU µs, warm': warm.cpuMicros,
    'CPU x Go, warm': ratio(warm.cpuMicros, beside?.warm.cpuMicros),
    'requests/1,000': warm.perThousand,
    'billed/1,000': warm.billedPerThousand,
  }));
}

function show(title: string, rows: Record<string, string | number>[]): void {
  console.log(`\n${title}`);
  console.table(rows);
}

const ratio = (a: number, b = Number.NaN) => Math.round((a / b) * 100) / 100;

await main();
