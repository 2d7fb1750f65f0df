import knex, { type Knex } from 'knex';
import { expect, it } from 'vitest';
import { DatabaseClock } from './database-clock.ts';
import { mysqlClient } from './mysql-client.ts';
import { transact } from './transact.ts';

const DEADLOCK = 1213;
const CHANGE = 'update t set n = 1';

type Done = (error: unknown, rows?: unknown) => void;

/** A server that ends the first UPDATE by a deadlock, and what it was sent. */
function serverWithDeadlock(): { sql: Knex; sent: string[] } {
  const sent: string[] = [];
  let lost = false;
  const connection = {
    openedAt: Number.POSITIVE_INFINITY,
    query: ({ sql }: { sql: string }, _bindings: unknown, done: Done) => {
      sent.push(sql.replace(';', ''));
      if (sql !== CHANGE || lost) return done(null, { affectedRows: 1 });
      lost = true;
      done(Object.assign(new Error('Deadlock found'), { errno: DEADLOCK }));
    },
  };
  const address = () => ({ host: 'none', port: 0, user: 'root', password: '', database: 'none' });
  const Real = mysqlClient({ connectMs: 1_000 }, new DatabaseClock(), address as never) as unknown as new () => object;
  class Client extends Real {
    acquireRawConnection = async () => connection;
    destroyRawConnection = async () => undefined;
    validateConnection = () => true;
  }
  return { sql: knex({ client: Client as never, connection: {} }), sent };
}

it('a statement by itself is run again when a deadlock has ended it', async () => {
  const { sql, sent } = serverWithDeadlock();
  await sql.raw(CHANGE);
  expect(sent).toEqual([CHANGE, CHANGE]);
});

it('a statement of a transaction is not: the server has rolled back what came before it', async () => {
  const { sql, sent } = serverWithDeadlock();
  const work = transact(sql, async (tx) => {
    await tx.raw('insert into t values (1)');
    await tx.raw(CHANGE);
  });
  await expect(work).rejects.toMatchObject({ errno: DEADLOCK });
  expect(sent).toEqual(['BEGIN', 'insert into t values (1)', CHANGE, 'ROLLBACK']);
});

it('nor is one of a transaction that knex itself has begun, as migrations do', async () => {
  const { sql, sent } = serverWithDeadlock();
  await expect(sql.transaction((tx) => tx.raw(CHANGE))).rejects.toMatchObject({ errno: DEADLOCK });
  expect(sent.filter((statement) => statement === CHANGE)).toHaveLength(1);
});
