import { createConnection } from 'mysql2/promise';
import { Fault, reasonOf } from '../fault.ts';

/**
 * Each service owns its database, and one URL names a server: the gateway gets the database of the URL, the worker
 * the same name with `_worker`.
 */
export function serviceDatabases(url: string): { gateway: string; worker: string } {
  const worker = new URL(url);
  worker.pathname = `${worker.pathname.replace(/\/$/, '')}_worker`;
  return { gateway: url, worker: worker.href };
}

/** Makes a database that is not there yet; throws a {@link Fault} when the server cannot be reached or refuses. */
export async function createDatabase(url: string): Promise<void> {
  const server = new URL(url);
  const name = decodeURIComponent(server.pathname.slice(1));
  server.pathname = '/';
  const where = `${server.hostname}:${server.port || 3306}`;
  let connection: Awaited<ReturnType<typeof createConnection>>;
  try {
    connection = await createConnection({ uri: server.href, connectTimeout: 5_000 });
  } catch (error) {
    throw new Fault(`No database server at ${where} for DATABASE_URL (${reasonOf(error) || 'connection refused'}).`);
  }
  try {
    await connection.query(
      `CREATE DATABASE IF NOT EXISTS \`${name.replaceAll('`', '``')}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`,
    );
  } catch (error) {
    throw new Fault(`The database "${name}" on ${where} is not there and cannot be made: ${reasonOf(error)}`);
  } finally {
    await connection.end();
  }
}
