import type { Experiment } from '../experiment.ts';
import { System } from '../system.ts';
import { conclude } from './conclude.ts';

const CLIENTS = 8;
const MEMORY_BYTES = 60 * 2 ** 20;
const LOG_FATES = ['stuck', 'gone', 'full'] as const;

export const deafLogs: Experiment = {
  name: 'deaf-logs',
  what: 'the logs of one replica each have a reader that is stuck, one that has gone, and a disk that is full (/dev/full), at the level that writes most; then SIGTERM',
  passesWhen: 'sign-ups go on at each, memory grows by 60 MB at most, and each drains and ends with 0',
  runs: { short: 100, long: 5_000 },
  minutes: 2,
  async run({ runs, random, plant, report }) {
    await using system = await System.open({
      ...{ gateways: 3, workers: 3, random, plant },
      env: { gateway: { LOG_LEVEL: 'debug' }, worker: { LOG_LEVEL: 'debug' } },
    });
    const registrar = system.register({ clients: CLIENTS });
    await system.acknowledged(50);
    for (const [n, fate] of LOG_FATES.entries()) {
      for (const replica of [system.gateways[n], system.workers[n]]) await replica?.loseLog(fate);
    }
    const before = system.gateways.map(({ memoryBytes }) => memoryBytes);
    const promises: Record<string, boolean> = {};
    for (const [n, fate] of LOG_FATES.entries()) {
      registrar.use(() => [system.gateways[n]?.url ?? '']);
      await system.acknowledged(Math.ceil(runs / LOG_FATES.length));
      report(`log ${fate}: ${system.promises.count('acknowledged')} acknowledged`);
    }
    const grown = Math.max(...system.gateways.map(({ memoryBytes }, n) => memoryBytes - (before[n] ?? 0)));
    registrar.use(undefined);
    await registrar.stop();
    const audit = await system.rest();
    for (const replica of [...system.gateways, ...system.workers]) {
      const code = await replica.stop();
      promises[`${replica.name} ends with 0, not ${code}`] = code === 0;
    }
    return conclude(audit, registrar, {
      figures: { gateway_grown_mb: Math.round(grown / 2 ** 20) },
      promises: { ...promises, 'memory grows by 60 MB at most': grown <= MEMORY_BYTES },
      repeatsAllowed: 0,
    });
  },
};
