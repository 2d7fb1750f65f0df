import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchCodec } from './codec.ts';
import { CONTENDERS, SQS_CONSUMERS } from './contenders.ts';
import { type Drained, drain } from './drain.ts';
import { buildGoConsumer, drainByGo } from './go-consumer.ts';
import { loneLatency } from './latency.ts';
import { memoryOver } from './memory.ts';
import { type BenchServer, benchServers } from './server.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '3' },
    messages: { type: 'string', default: '10000' },
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
drain compares with a bare loop of the SDK, sqs-consumer with as many pollers as give it its best, and a consumer in Go (where Go is present).
TEST_SQS_ENDPOINT=http://… measures on that server (ElasticMQ) as well as on fauxqs.`;

const GO = 'Go, 20 pollers';
const HANDLERS_MS = [0, 1, 10, 20, 50];
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
      for (const handlerMs of HANDLERS_MS) {
        const results = await drained(server, handlerMs, go);
        show(`${server.name}: draining, handler ${handlerMs} ms`, table(results));
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
async function drained(server: BenchServer, handlerMs: number, go: string | undefined): Promise<[string, Drained][]> {
  const plan = { messages: Number(values.messages), handlerMs, seconds: Number(values.seconds) };
  const results: [string, Drained][] = [];
  for (const contender of CONTENDERS) {
    const messages = plan.messages * (contender.frames ? 10 : 1);
    results.push([contender.name, await drain(server, contender, { ...plan, messages })]);
  }
  const peers: [string, Drained][] = [];
  for (const peer of SQS_CONSUMERS) peers.push([peer.name, await drain(server, peer, plan)]);
  const best = peers.toSorted(([, a], [, b]) => b.perSecond - a.perSecond)[0];
  if (best) results.push(best);
  if (go) results.push([GO, await drainByGo(go, server, plan)]);
  return results;
}

function table(results: [string, Drained][]): Record<string, string | number>[] {
  const rate = (prefix: string) => results.find(([name]) => name.startsWith(prefix))?.[1].perSecond ?? Number.NaN;
  return results.map(([who, one]) => ({
    who,
    'messages/s': one.perSecond,
    'x sqs-consumer': ratio(one.perSecond, rate('sqs-consumer, batch')),
    'x bare SDK': ratio(one.perSecond, rate('bare SDK')),
    'x Go': ratio(one.perSecond, rate(GO)),
    'CPU µs': one.cpuMicros,
    'requests/1,000': one.perThousand,
    'billed/1,000': one.billedPerThousand,
  }));
}

function show(title: string, rows: Record<string, string | number>[]): void {
  console.log(`\n${title}`);
  console.table(rows);
}

const ratio = (a: number, b: number) => Math.round((a / b) * 100) / 100;

await main();
