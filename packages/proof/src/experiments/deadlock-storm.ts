import type { Experiment } from '../experiment.ts';
import { Rivals } from '../parts/rivals.ts';
import { System } from '../system.ts';
import { conclude } from './conclude.ts';

const CLIENTS = 50;
const RIVALS = 2;
const GATEWAY_TABLES = ['outbox', 'sign_ups', 'link_tokens', 'idempotency_keys', 'audit_log'];
const WORKER_TABLES = ['mails', 'deliveries', 'outbox'];
/** Whoever waits for a lock that another holds for too long is asked to come again; it has to stay rare. */
const TURNED_AWAY = 0.02;

export const deadlockStorm: Experiment = {
  name: 'deadlock-storm',
  what: `${CLIENTS} writers beside others that lock rows of the same tables in any order and never give way, with innodb_snapshot_isolation off and on`,
  passesWhen:
    'no 1213, 1205 or 1020 reaches a client: each transaction runs again until it succeeds, and 2 % of answers at most are 503',
  runs: { short: 200, long: 4_000 },
  minutes: 4,
  async run({ runs, random, plant, report }) {
    await using system = await System.open({ gateways: 1, workers: 1, random, plant });
    const registrar = system.register({ clients: CLIENTS });
    await system.acknowledged(50);
    const deadlocks = async () => {
      const [row] = await system.databases.administer("SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'");
      return Number(row?.Value);
    };
    const before = await deadlocks();
    let lost = 0;
    for (const isolation of ['OFF', 'ON']) {
      await system.databases.administer(`SET GLOBAL innodb_snapshot_isolation = ${isolation}`);
      // A session has the setting that was global when it began.
      system.ways.database.cut();
      system.ways.workerDatabase.cut();
      const rivals = [
        new Rivals(random, `${system.mariadb.url}/proof`, GATEWAY_TABLES, RIVALS),
        new Rivals(random, `${system.mariadb.url}/proof_worker`, WORKER_TABLES, RIVALS),
      ];
      await system.acknowledged(runs / 2);
      await Promise.all(rivals.map((each) => each.stop()));
      lost += rivals.reduce((sum, each) => sum + each.lost, 0);
      report(`innodb_snapshot_isolation=${isolation}: ${(await deadlocks()) - before} deadlocks, rivals lost ${lost}`);
    }
    const met = (await deadlocks()) - before - lost;
    await registrar.stop();
    const share = registrar.turnedAway / (registrar.turnedAway + system.promises.count('acknowledged'));
    return conclude(await system.rest(), registrar, {
      figures: { deadlocks_lost_by_services: met, turned_away: registrar.turnedAway },
      promises: { 'the services lost deadlocks': met > 0 },
      targets: {
        [`${TURNED_AWAY * 100} % of answers at most are 503, not ${Math.round(share * 100)} %`]: share <= TURNED_AWAY,
      },
      // Connections are cut twice.
      repeatsAllowed: 40,
    });
  },
};
