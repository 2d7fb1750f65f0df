import { parseArgs } from 'node:util';
import { runK6Script } from '@postern/local/testing';
import { plants } from '../plants/all.ts';
import { SeededRandom } from '../seeded-random.ts';
import { DEATHS_LEASE_MS } from '../service-settings.ts';
import { System } from '../system.ts';
import { Control } from './control.ts';

/** A broken gateway among the sound ones; the other plants are bugs of the services. */
const UNDOCUMENTED_ANSWER = 'undocumented-answer';
const PLANTS = [UNDOCUMENTED_ANSWER, ...plants.map(({ name }) => name)];

const USAGE = `Usage: npx -y pnpm@12 k6 correctness [--plant NAME] [--seed S] [--quiet]

Signs people up while a worker is killed, SQS refuses for 20 s and a gateway restarts, on MariaDB and ElasticMQ of its own. RATE (sign-ups a
second) and SECONDS are environment variables.

  --plant P   something broken that has to be noticed: one of
${PLANTS.map((name) => `                ${name}`).join('\n')}
  --seed S    draws the same victims again
  --quiet     no progress bars
`;

/** Starts a system, has k6 (`K6_PATH`) load it and break it, and ends with k6's exit code. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      ...{ plant: { type: 'string' }, seed: { type: 'string' } },
      ...{ quiet: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const { plant } = values;
  if (plant !== undefined && !PLANTS.includes(plant)) throw new Error(`There is no plant ${plant}: --help lists them.`);
  const seed = Number(values.seed ?? Date.now() % 2 ** 31);
  if (!Number.isInteger(seed)) throw new Error(`--seed: expected an integer, got "${values.seed}".`);
  const random = new SeededRandom(seed);
  await using system = await System.open({
    ...{
      gateways: 2,
      workers: 2,
      random,
      mailLeaseMs: DEATHS_LEASE_MS,
      plant: plant === UNDOCUMENTED_ANSWER ? undefined : plant,
    },
  });
  const control = await Control.start(system, random, plant === UNDOCUMENTED_ANSWER);
  try {
    const args = values.quiet ? ['--quiet'] : [];
    const code = await runK6Script(process.env.K6_PATH ?? 'k6', 'correctness', args, { CONTROL_URL: control.url });
    for (const failure of control.failures) process.stderr.write(`${failure}\n`);
    if (code !== 0)
      process.stderr.write(`${JSON.stringify(control.audit, undefined, 2)}\nTo repeat its draws: --seed ${seed}\n`);
    return control.failures.length > 0 ? 1 : code;
  } finally {
    await control.close();
  }
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  return 2;
});
