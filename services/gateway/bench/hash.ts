import { argon2, randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { benchOptions, benchTable, measured, printTable } from '@postern/runtime/testing';
import { argon2id } from '../src/accounts/passwords/argon2.ts';

const about = "What a password hash costs (argon2id, 19456 KiB, 2 passes), beside Node's own, in one run.";
const options = benchOptions(about, {
  rounds: [7, 'measurements of each; they take turns, so that a noisy moment hits both'],
  hashes: [40, 'hashes a measurement'],
  concurrency: [availableParallelism(), 'hashes at once'],
  json: [false, 'one line of JSON'],
});

const COST = { memory: 19_456, passes: 2, parallelism: 1 };
const password = 'correct horse battery staple';
const salt = randomBytes(16);
const nodeArgon2 = promisify(argon2);

async function measure(hash: () => Promise<unknown>) {
  const lag = monitorEventLoopDelay({ resolution: 1 });
  lag.enable();
  const { cpuUs, perSecond } = await measured(options.hashes, options.concurrency, hash);
  lag.disable();
  return { 'CPU ms': cpuUs / 1_000, 'hashes/s': perSecond, 'loop lag p99 ms': lag.percentile(99) / 1e6 };
}

const contenders = {
  'gateway (@node-rs/argon2)': () => measure(() => argon2id(password, salt, COST)),
  'node:crypto argon2': () =>
    measure(() => nodeArgon2('argon2id', { message: password, nonce: salt, tagLength: 32, ...COST })),
};
const plan = { title: 'A password hash', rounds: options.rounds, reference: 'node:crypto argon2', contenders };
printTable(await benchTable({ ...plan, compared: 'CPU ms' }), options.json);
