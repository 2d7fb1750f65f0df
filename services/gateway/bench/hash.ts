import { argon2, randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs, promisify } from 'node:util';
import { argon2id } from '../src/accounts/passwords/argon2.ts';

const HELP = `What a password hash costs (argon2id, 19456 KiB, 2 passes), beside Node's own, in one run.

  --rounds N       measurements of each; they take turns, so that a noisy moment hits both (default 7)
  --hashes N       hashes a measurement (default 40)
  --concurrency N  hashes at once (default: cores)
`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    hashes: { type: 'string', default: '40' },
    concurrency: { type: 'string', default: String(availableParallelism()) },
    help: { type: 'boolean', default: false },
  },
});

const COST = { memory: 19_456, passes: 2, parallelism: 1 };
const password = 'correct horse battery staple';
const salt = randomBytes(16);
const nodeArgon2 = promisify(argon2);

const contenders: Record<string, () => Promise<unknown>> = {
  'gateway (@node-rs/argon2)': () => argon2id(password, salt, COST),
  'node:crypto argon2': () => nodeArgon2('argon2id', { message: password, nonce: salt, tagLength: 32, ...COST }),
};

interface Measured {
  cpuMs: number;
  perSecond: number;
  lagMs: number;
}

/** A round of hashes, `concurrency` at once. */
async function measure(hash: () => Promise<unknown>, hashes: number, concurrency: number): Promise<Measured> {
  const lag = monitorEventLoopDelay({ resolution: 1 });
  lag.enable();
  const cpu = process.cpuUsage();
  const started = performance.now();
  let left = hashes;
  const lane = async () => {
    while (left-- > 0) await hash();
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  const { user, system } = process.cpuUsage(cpu);
  lag.disable();
  const seconds = (performance.now() - started) / 1_000;
  return { cpuMs: (user + system) / 1_000 / hashes, perSecond: hashes / seconds, lagMs: lag.percentile(99) / 1e6 };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

async function main(): Promise<void> {
  if (values.help) return void process.stdout.write(HELP);
  const results = new Map<string, Measured[]>(Object.keys(contenders).map((name) => [name, []]));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [name, hash] of Object.entries(contenders)) {
      results.get(name)?.push(await measure(hash, Number(values.hashes), Number(values.concurrency)));
    }
  }
  process.stdout.write(`${' '.repeat(28)}CPU ms a hash (spread)   hashes/s   loop lag p99 ms\n`);
  for (const [name, rounds] of results) {
    const cpu = rounds.map(({ cpuMs }) => cpuMs);
    const spread = `${Math.min(...cpu).toFixed(1)} to ${Math.max(...cpu).toFixed(1)}`;
    const cells = [
      `${median(cpu).toFixed(1)} (${spread})`.padStart(22),
      median(rounds.map(({ perSecond }) => perSecond))
        .toFixed(1)
        .padStart(10),
      median(rounds.map(({ lagMs }) => lagMs))
        .toFixed(1)
        .padStart(17),
    ];
    process.stdout.write(`${name.padEnd(28)}${cells.join(' ')}\n`);
  }
}

await main();
