import { setTimeout as pause } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import type { Experiment } from '../experiment.ts';
import { percentile } from '../percentile.ts';
import { System } from '../system.ts';
import { conclude } from './conclude.ts';

const CLIENTS = 4;
const SLOWER = 2;
/** What a system that is not busy has time for. */
const PER_SECOND = 20;
const SIGN_UPS = { short: 60, long: 600 };
const FIRST_SIGN_UPS = 5;
/** How long the transactions are open at least. */
const OPEN_MS = { short: 0, long: 600_000 };
const AT_ONCE = 50_000;
/** Long enough for several looks at the outbox, one a second. */
const IDLE_MS = 5_000;
/** Once a minute everything is looked at: not in the quietest of these. */
const IDLE_WINDOWS = 3;
/** Pages of InnoDB: a look that passes over deleted rows alone reads one for some hundred of them, one that looks each up three for one. */
const ROWS_A_PAGE = 20;
/** What a second in which nobody signs up may read: InnoDB's purge, which comes no further, reads some hundred. */
const IDLE_READS = 10_000;
const READS = 'Innodb_buffer_pool_read_requests';

export const longTransactions: Experiment = {
  name: 'long-transactions',
  what: 'somebody leaves a transaction open on both databases, so that no dead version can be purged, and the outbox is full of them: 200,000 (10,000,000 and ten minutes in the long form). For one half of them it has read, and a gateway starts; for the other it has written; then sign-ups',
  passesWhen: `what a gateway looks at when it starts reads at most a page for ${ROWS_A_PAGE} deleted rows, a second in which nobody signs up at most ${IDLE_READS.toLocaleString('en')}, and mails take at most ${SLOWER} × as long as before (99th percentile)`,
  runs: { short: 200_000, long: 10_000_000 },
  minutes: 16,
  async run({ runs, isShort, random, plant, report }) {
    const form = isShort ? 'short' : 'long';
    await using system = await System.open({ gateways: 1, workers: 1, random, plant });
    const registrar = system.register({ clients: CLIENTS, perSecond: PER_SECOND });
    const signUps = async () => {
      registrar.use(undefined);
      const from = performance.now();
      await system.acknowledged(SIGN_UPS[form]);
      return { from, to: performance.now() };
    };
    /** Pages read in a second in which nobody signs up. */
    const idle = async () => {
      registrar.use(() => []);
      await pause(IDLE_MS);
      let least = Number.POSITIVE_INFINITY;
      for (let window = 0; window < IDLE_WINDOWS; window++) {
        const before = await status(system, READS);
        await pause(IDLE_MS);
        least = Math.min(least, ((await status(system, READS)) - before) / (IDLE_MS / 1_000));
      }
      return least;
    };
    /** Pages read by a gateway that starts and its first looks, at all there is in the queues that its first sign-ups name. */
    const restart = async () => {
      const [gateway] = system.gateways;
      await gateway?.stop();
      const before = await status(system, READS);
      await gateway?.start();
      registrar.use(undefined);
      await system.acknowledged(FIRST_SIGN_UPS);
      registrar.use(() => []);
      await pause(IDLE_MS);
      return (await status(system, READS)) - before;
    };
    await system.acknowledged(20);
    const quiet = await signUps();
    const readsBefore = await idle();
    const startBefore = await restart();
    await system.databases.administer('CREATE TABLE proof.left_open (id INT)');
    await using open = new AsyncDisposableStack();
    const left = await Promise.all(
      ['proof', 'proof_worker'].map((name) => createConnection(`${system.mariadb.url}/${name}`)),
    );
    for (const connection of left) {
      open.defer(() => connection.end());
      await connection.query('START TRANSACTION WITH CONSISTENT SNAPSHOT');
    }
    const began = performance.now();
    await using writer = await createConnection(`${system.mariadb.url}/proof`);
    const half = runs / 2;
    const leave = async (from: number) => {
      for (let done = 0; done < half; done += AT_ONCE) {
        await leaveDeadVersions(writer, Math.min(AT_ONCE, half - done));
        report(`${from + Math.min(done + AT_ONCE, half)} dead versions`);
      }
    };
    await leave(0);
    const startAfter = await restart();
    const startAllowed = startBefore * 2 + half / ROWS_A_PAGE;
    report(`pages read by a gateway that starts: ${startBefore} before, ${startAfter} now`);
    // Older than every deletion to come: whoever reads without a lock has to look those up as well.
    for (const connection of left) await connection.query('INSERT INTO proof.left_open VALUES (1)');
    await leave(half);
    // What became due by then has been looked at once.
    await pause(IDLE_MS);
    const readsAfter = await idle();
    report(`pages read in an idle second: ${Math.round(readsBefore)} before, ${Math.round(readsAfter)} now`);
    let late = await signUps();
    while (performance.now() - began < OPEN_MS[form]) late = { from: late.from, to: (await signUps()).to };
    const kept = await status(system, 'Innodb_history_list_length');
    const openSeconds = Math.round((performance.now() - began) / 1_000);
    await registrar.stop();
    // Whoever counts all that is in the outbox, as the audit does, would look up every deleted row, for minutes.
    await open.disposeAsync();
    const audit = await system.rest();
    const p99 = ({ from, to }: typeof quiet) => percentile(system.mailDelays(from, to), 0.99);
    return conclude(audit, registrar, {
      figures: {
        ...{ dead_versions: runs, transactions_kept: kept, open_s: openSeconds },
        ...{ start_reads: startBefore, start_reads_late: startAfter },
        ...{ idle_reads: Math.round(readsBefore), idle_reads_late: Math.round(readsAfter) },
        ...{ quiet_p99_ms: p99(quiet), late_p99_ms: p99(late) },
      },
      promises: {
        [`a gateway that starts reads ${startAfter} pages, not more than ${Math.round(startAllowed)}`]:
          startAfter <= startAllowed,
        [`an idle second reads ${Math.round(readsAfter)} pages, not more than ${IDLE_READS}`]: readsAfter <= IDLE_READS,
      },
      targets: { [`mails take ${SLOWER} × as long at most`]: p99(late) <= p99(quiet) * SLOWER },
      repeatsAllowed: 0,
    });
  },
};

/** Rows of the past of the gateways' queues that nobody sees: their transaction takes them away again. */
async function leaveDeadVersions(writer: Awaited<ReturnType<typeof createConnection>>, count: number): Promise<void> {
  await writer.query('BEGIN');
  await writer.query(
    `INSERT INTO outbox (queue, message_id, type, body, created_at, due_at)
     SELECT 'events', CONCAT('dead-', seq), 'dead', '{}', UTC_TIMESTAMP(3) - INTERVAL 1 HOUR, UTC_TIMESTAMP(3) - INTERVAL 1 HOUR FROM seq_1_to_${count}`,
  );
  await writer.query("DELETE FROM outbox WHERE type = 'dead'");
  await writer.query('COMMIT');
}

async function status({ databases }: System, name: string): Promise<number> {
  const [row] = await databases.administer(`SHOW GLOBAL STATUS LIKE '${name}'`);
  return Number(row?.Value);
}
