import { setTimeout as pause } from 'node:timers/promises';
import type { SeededRandom } from '../seeded-random.ts';
import type { System } from '../system.ts';

const OUTAGE_MS = 20_000;

/** What happens to the system under load, by the name that the script asks for it. Each resolves when it is over. */
export const faults: Readonly<Record<string, (system: System, random: SeededRandom) => Promise<void>>> = {
  'worker-killed': async ({ workers }, random) => {
    const victim = random.oneOf(workers.filter(({ isUp }) => isUp));
    await victim.kill();
    await victim.start();
  },
  'sqs-refused': async ({ ways }) => {
    await ways.sqs.refuse();
    await pause(OUTAGE_MS);
    await ways.sqs.heal();
  },
  'gateway-restarted': async ({ gateways }, random) => {
    const replica = random.oneOf(gateways.filter(({ isUp }) => isUp));
    const code = await replica.stop();
    if (code !== 0) throw new Error(`${replica.name} ended with ${code}`);
    await replica.start();
  },
};
