import { parseArgs } from 'node:util';
import { benchCodec } from './codec.ts';
import { CONTENDERS, type Contender } from './contenders.ts';
import { type Drained, drain } from './drain.ts';
import { loneLatency } from './latency.ts';
import { memoryOver } from './memory.ts';
import { benchServers } from './server.ts';

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
TEST_SQS_ENDPOINT=http://… measures on that server (ElasticMQ) as well as on fauxqs.`;

const HANDLERS_MS = [0, 1, 10, 20, 50];
const wants = (part: string) => positionals.length === 0 || positionals.includes(part);

async function main(): Promise<void> {
  if (values.help) {
    console.log(HELP);
    return;
  }
  if (wants('codec')) show('Packing of frames, an event of about 476 bytes', benchCodec());
  const servers = await benchServers();
  for (const server of servers) {
    if (wants('drain')) {
      for (const handlerMs of HANDLERS_MS) {
        const results: [Contender, Drained][] = [];
        for (const contender of CONTENDERS) {
          const messages = Number(values.messages) * (contender.frames ? 10 : 1);
          results.push([
            contender,
            await drain(server, contender, { messages, handlerMs, seconds: Number(values.seconds) }),
          ]);
        }
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
}

function table(results: [Contender, Drained][]): Record<string, string | number>[] {
  const peer = results.find(([contender]) => contender.name === 'sqs-consumer')?.[1].perSecond ?? Number.NaN;
  const batch = results.find(([contender]) => contender.name === 'sqs-consumer, batch')?.[1].perSecond ?? Number.NaN;
  const bare = results.find(([contender]) => contender.name === 'bare SDK loop')?.[1].perSecond ?? Number.NaN;
  return results.map(([contender, drained]) => ({
    who: contender.name,
    'messages/s': drained.perSecond,
    'x sqs-consumer': ratio(drained.perSecond, peer),
    'x its batch mode': ratio(drained.perSecond, batch),
    'x bare SDK': ratio(drained.perSecond, bare),
    'CPU µs': drained.cpuMicros,
    'requests/1,000': drained.perThousand,
    'billed/1,000': drained.billedPerThousand,
  }));
}

function show(title: string, rows: Record<string, string | number>[]): void {
  console.log(`\n${title}`);
  console.table(rows);
}

const ratio = (a: number, b: number) => Math.round((a / b) * 100) / 100;

await main();
