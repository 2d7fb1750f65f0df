import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@postern/runtime/testing';
import type { Experiment } from '../experiment.ts';
import { SmallDisk } from '../parts/small-disk.ts';
import { DEATHS_LEASE_MS } from '../service-settings.ts';
import { System } from '../system.ts';
import { conclude } from './conclude.ts';

const CLIENTS = 8;
/** MariaDB's own files take some 200 MB of it. */
const DISK_MB = 400;
const FULL_MS = { short: 5_000, long: 30_000 };
const WRITES_AGAIN_MS = 10_000;

export const fullDisks: Experiment = {
  name: 'full-disks',
  what: 'the disk of the database is full for 30 s (5 s in the short form), until a write fails; then there is room again, and a database that has ended over it is started again',
  passesWhen:
    'answers are 503 with Retry-After, no service ends, sign-ups are acknowledged again 10 s after there is room and the database is up',
  runs: { short: 1, long: 3 },
  minutes: 3,
  async run({ runs, isShort, random, plant, report }) {
    using disks = new DisposableStack();
    const disk = SmallDisk.mount(DISK_MB);
    disks.defer(() => disk.unmount());
    await using system = await System.open({
      gateways: 2,
      workers: 1,
      random,
      plant,
      mailLeaseMs: DEATHS_LEASE_MS,
      databaseFolder: disk.folder,
    });
    const registrar = system.register({ clients: CLIENTS });
    await system.acknowledged(50);
    const again: number[] = [];
    let restarts = 0;
    for (let run = 1; run <= runs; run++) {
      disk.fill();
      const turnedAway = registrar.turnedAway;
      const wrong = registrar.unexpected.length;
      const failed = () => registrar.turnedAway > turnedAway || registrar.unexpected.length > wrong;
      await until(failed, 120_000, 'a write to fail');
      await pause(FULL_MS[isShort ? 'short' : 'long']);
      disk.free();
      const before = system.promises.count('acknowledged');
      let since = performance.now();
      const isAcknowledged = async () => {
        // InnoDB ends its process when it has no room for a rollback. A service manager starts it again.
        if (!system.mariadb.isRunning()) {
          await system.mariadb.restart();
          restarts += 1;
          since = performance.now();
        }
        return system.promises.count('acknowledged') > before;
      };
      await until(isAcknowledged, 120_000, 'a sign-up after it');
      again.push(performance.now() - since);
      report(
        `full: ${registrar.turnedAway - turnedAway} answers of 503; sign-ups again after ${Math.round(again.at(-1) ?? 0)} ms`,
      );
      await system.acknowledged(50);
    }
    const slowest = Math.round(Math.max(...again));
    const up = [...system.gateways, ...system.workers].every(({ isUp }) => isUp);
    return conclude(await system.rest(), registrar, {
      figures: { times_full: runs, database_ended: restarts, turned_away: registrar.turnedAway, again_max_ms: slowest },
      promises: { 'no service ends': up },
      targets: { [`sign-ups again in ${WRITES_AGAIN_MS} ms`]: slowest <= WRITES_AGAIN_MS },
      repeatsAllowed: 0,
    });
  },
};
