import { describe, expect, it } from 'vitest';
import { experiments } from '../src/experiments/all.ts';
import { runExperiment } from '../src/run-experiment.ts';

/**
 * What is run by hand, and why it is left out: `worker-kills` waits minutes for mails of which nobody knows whether they arrived (the kills at
 * each step of a send, in the worker's own tests, stand for it), `random-faults` repeats what the others do, `set-back-databases` starts every
 * part twice, `full-disks` mounts one, and `wrong-clocks`, `poison`, `deaf-logs`, `fifo-order` and `repeated-messages` have tests of the services and
 * of the engine beside them, as has `credential-races`; `rolling-upgrades` needs the history and installs the release before, and `worker-fleet` starts ten
 * workers twice. `frozen-replicas` and the last six take minutes each.
 */
const BY_HAND = [
  ...['worker-kills', 'frozen-replicas', 'random-faults', 'set-back-databases', 'wrong-clocks', 'full-disks', 'poison'],
  ...['deaf-logs', 'worker-fleet', 'fifo-order', 'repeated-messages', 'credential-races', 'rolling-upgrades'],
  ...['smtp-deaths', 'smtp-faults', 'deadlock-storm', 'long-transactions', 'slow-clients', 'fuzz'],
];
const short = experiments.filter(({ name }) => !BY_HAND.includes(name));

/** They start MariaDB and ElasticMQ of their own, which they kill: so they run where both are there. */
const hasParts = process.env.TEST_DATABASE_URL && process.env.TEST_SQS_ENDPOINT;

describe.runIf(hasParts)('what was promised is kept', { timeout: 600_000 }, () => {
  it.each(short.map((experiment) => [experiment.name, experiment] as const))('%s', async (name, experiment) => {
    const seed = Date.now() % 2 ** 31;
    const row = await runExperiment(experiment, {
      ...{ runs: experiment.runs.short, isShort: true, seed },
      report: () => undefined,
    });
    const found = row.violations.join('; ');
    const repeat = `npx -y pnpm@12 proof ${name} --short --seed ${seed}`;
    expect(found, `${found} (${JSON.stringify(row.figures)}; to repeat: ${repeat})`).toBe('');
  });
});
