import type { Knex } from 'knex';

/** What of knex's client a transaction needs. */
interface Client {
  acquireConnection(): Promise<Connection>;
  releaseConnection(connection: Connection): unknown;
  query(connection: Connection, statement: unknown): Promise<unknown>;
}
interface Connection {
  /** What the event `query` says of which transaction a statement belongs to. */
  __knexTxId?: string | undefined;
}

let begun = 0;

/**
 * Runs `work` between BEGIN and COMMIT, on one connection. knex's own transaction makes a whole knex for each, some hundred and fifty functions and
 * a dozen listeners, which costs more than a statement; this one's inherits all of them from the knex that it belongs to.
 *
 * @throws what `work` throws, after the rollback; what COMMIT throws
 */
export async function transact<T>(sql: Knex, work: (tx: Knex.Transaction) => Promise<T>): Promise<T> {
  const client = sql.client as Client;
  const connection = await client.acquireConnection();
  connection.__knexTxId = `tx${++begun}`;
  let open = true;
  try {
    await client.query(connection, 'BEGIN;');
    try {
      const result = await work(bound(sql, client, connection, () => open));
      open = false;
      await client.query(connection, 'COMMIT;');
      return result;
    } catch (error) {
      open = false;
      // Whatever it answers: what made it necessary is the error to report.
      await client.query(connection, 'ROLLBACK').catch(() => undefined);
      throw error;
    }
  } finally {
    connection.__knexTxId = undefined;
    client.releaseConnection(connection);
  }
}

/** A knex whose statements all run on the connection, as long as the transaction is open: past it the connection is another's. */
function bound(sql: Knex, client: Client, connection: Connection, isOpen: () => boolean): Knex.Transaction {
  const own = Object.assign(Object.create(client), {
    transacting: true,
    acquireConnection: async () => connection,
    releaseConnection: () => undefined,
    query: (on: Connection, statement: unknown) =>
      isOpen() ? client.query(on, statement) : Promise.reject(new Error('the transaction of this statement has ended')),
    // A transaction within would commit by itself.
    transaction: () => {
      throw new Error('a transaction cannot be begun within another');
    },
  });
  const context = Object.assign(Object.create((sql as unknown as { context: object }).context), { client: own });
  const tx = (table: string, options?: object) => context.queryBuilder().table(table, options);
  return Object.assign(Object.setPrototypeOf(tx, sql), { context, isTransaction: true });
}
