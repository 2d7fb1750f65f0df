import { argon2, randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs, promisify } from 'node:util';
import { benchTable, printTable } from '@postern/runtime/testing';
import { argon2id } from '../src/accounts/passwords/argon2.ts';

const HELP = `What a password hash costs (argon2id, 19456 KiB, 2 passes), beside Node's own, in one run.

  --rounds N       measurements of each; they take turns, so that a noisy moment hits both (default 7)
  --hashes N       hashes a measurement (default 40)
  --concurrency N  hashes at once (default: cores)
  --json           one line of JSON
`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    hashes: { type: 'string', default: '40' },
    concurrency: { type: 'string', default: String(availableParallelism()) },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const COST = { memory: 19_456, passes: 2, parallelism: 1 };
const password = 'correct horse battery staple';
const salt = randomBytes(16);
const nodeArgon2 = promisify(argon2);

/** A round of hashes, `--concurrency` at once. */
async function measure(hash: () => Promise<unknown>) {
  const count = Number(values.hashes);
  const lag = monitorEventLoopDelay({ resolution: 1 });
  lag.enable();
  const cpu = process.cpuUsage();
  const started = performance.now();
  let left = count;
  const lane = async () => {
    while (left-- > 0) await hash();
  };
  await Promise.all(Array.from({ length: Number(values.concurrency) }, lane));
  const { user, system } = process.cpuUsage(cpu);
  lag.disable();
  const seconds = (performance.now() - started) / 1_000;
  return {
    'CPU ms': (user + system) / 1_000 / count,
    'hashes/s': count / seconds,
    'loop lag p99 ms': lag.percentile(99) / 1e6,
  };
}

if (values.help) process.stdout.write(HELP);
else {
  const contenders = {
    'gateway (@node-rs/argon2)': () => measure(() => argon2id(password, salt, COST)),
    'node:crypto argon2': () =>
      measure(() => nodeArgon2('argon2id', { message: password, nonce: salt, tagLength: 32, ...COST })),
  };
  const plan = { title: 'A password hash', rounds: Number(values.rounds), reference: 'node:crypto argon2', contenders };
  printTable(await benchTable({ ...plan, compared: 'CPU ms' }), values.json);
}
