import { parseArgs } from 'node:util';
import { benchCodec } from './codec.ts';
import { loneLatency } from './latency.ts';
import { memoryOver } from './memory.ts';
import { benchServers } from './server.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    memory: { type: 'string', default: '100000' },
    latency: { type: 'string', default: '200' },
    help: { type: 'boolean', default: false },
  },
});

const HELP = `Benchmarks of @postern/sqs: npx -y pnpm@12 bench queue [codec] [latency] [memory]
  --memory 100000   messages that memory is watched over
  --latency 200     lone messages
bench drain compares its consumer with others. TEST_SQS_ENDPOINT=http://… measures on that server (ElasticMQ) as well as on fauxqs.`;

const wants = (part: string) => positionals.length === 0 || positionals.includes(part);

async function main(): Promise<void> {
  if (values.help) {
    console.log(HELP);
    return;
  }
  if (wants('codec')) show('Packing of frames, an event of about 476 bytes', benchCodec());
  const servers = await benchServers();
  for (const server of servers) {
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

function show(title: string, rows: Record<string, string | number>[]): void {
  console.log(`\n${title}`);
  console.table(rows);
}

const ratio = (a: number, b: number) => Math.round((a / b) * 100) / 100;

await main();
