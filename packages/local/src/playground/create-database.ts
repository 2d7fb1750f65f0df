import { readMysqlUrl } from '@postern/runtime/light';
import { createConnection } from 'mysql2/promise';
import { Fault, reasonOf } from '../fault.ts';

const NO_SUCH_DATABASE = 1049;
/** Access denied, to the server or to its database; a client certificate that is missing counts as well. */
const DENIED = new Set([1045, 1044, 1698]);

/**
 * Makes a database unless it is there, which a user who may not make any can still use.
 *
 * @throws Fault when the server cannot be reached or refuses
 */
export async function createDatabase(url: string): Promise<void> {
  const address = readMysqlUrl(url);
  const where = `${address.host}:${address.port}`;
  const open = async (database: string) => createConnection({ ...address, database, connectTimeout: 5_000 });
  const faultOf = (error: unknown): Fault => {
    const { errno, code } = error as { errno?: number; code?: string };
    if (errno !== undefined && DENIED.has(errno)) {
      return new Fault(
        `The database server at ${where} refuses the user or password of DATABASE_URL (${reasonOf(error)}).`,
      );
    }
    if (code?.startsWith('HANDSHAKE_')) {
      return new Fault(
        `The database server at ${where} has no encrypted connection as DATABASE_URL asks for (${reasonOf(error)}).`,
      );
    }
    return new Fault(`No database server at ${where} for DATABASE_URL (${reasonOf(error) || 'connection refused'}).`);
  };
  try {
    return await (await open(address.database)).end();
  } catch (error) {
    if ((error as { errno?: number }).errno !== NO_SUCH_DATABASE) throw faultOf(error);
  }
  const connection = await open('').catch((error: unknown) => {
    throw faultOf(error);
  });
  try {
    await connection.query(
      `CREATE DATABASE IF NOT EXISTS \`${address.database.replaceAll('`', '``')}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`,
    );
  } catch (error) {
    throw new Fault(
      `The database "${address.database}" on ${where} does not exist and cannot be created: ${reasonOf(error)}`,
    );
  } finally {
    await connection.end();
  }
}
