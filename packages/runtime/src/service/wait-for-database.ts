import { connectionRefusal } from '../database/connection-refusal.ts';
import { isUnavailable } from '../database/database-unavailable.ts';
import { isLockWait } from '../database/dialect.ts';
import { type Migration, requireOwn } from '../database/migrations.ts';
import type { Database } from '../database/open-database.ts';
import type { Logger } from '../logging/logger.ts';
import { type Part, waitFor } from './wait-for.ts';

/** Tries of a database that starts together with `migrate` (compose, CI): about two minutes. */
const MIGRATE_ATTEMPTS = 60;

class SchemaBehind extends Error {
  override name = 'SchemaBehind';
}

interface WaitForDatabaseOptions {
  migrations: readonly Migration[];
  /** What else has to be so; it is tried again while the database is away. */
  check?: (() => Promise<void>) | undefined;
  logger: Logger;
  signal: AbortSignal;
}

/**
 * Waits until the database answers and has the schema of this release, and logs what it waits for. Any other error is thrown:
 * it would not get better.
 *
 * @throws ConfigError when the server is there and does not let us in, or the database is another's; the signal's reason when it ended the wait
 */
export async function waitForDatabase(
  database: Database,
  { migrations, check, logger, signal }: WaitForDatabaseOptions,
): Promise<void> {
  const look = async () => {
    await requireOwn(database, migrations);
    const pending = await database.pendingMigrations(migrations);
    if (pending.length > 0) throw new SchemaBehind(`migrations that have not run: ${pending.join(', ')}`);
    await check?.();
  };
  await whenThere({ open: look }, { logger, clock: database.clock, signal });
}

/**
 * Brings the schema up to date as soon as the database is there.
 *
 * @returns the names of the migrations that ran
 * @throws ConfigError as `waitForDatabase` does
 */
export function migrateWhenThere(
  database: Database,
  migrations: readonly Migration[],
  logger: Logger,
): Promise<string[]> {
  const open = async () => {
    await requireOwn(database, migrations);
    return database.migrate(migrations);
  };
  return whenThere({ open, attempts: MIGRATE_ATTEMPTS }, { logger, clock: database.clock });
}

async function whenThere<T>(
  part: Pick<Part<T>, 'open' | 'attempts'>,
  options: Parameters<typeof waitFor>[1],
): Promise<T> {
  const behind = (error: unknown) => error instanceof SchemaBehind;
  // A step of a migration, which can be broken off anywhere and run again. Whoever waited behind it has a turn in between.
  const locked = (error: unknown) => isLockWait((error as Error).cause);
  try {
    return await waitFor(
      {
        ...part,
        name: (error) =>
          behind(error) ? '`migrate` to be run' : locked(error) ? 'a table that others have locked' : 'the database',
        mayPass: (error) => behind(error) || locked(error) || (isUnavailable(error) && !connectionRefusal(error)),
      },
      options,
    );
  } catch (error) {
    throw connectionRefusal(error) ?? error;
  }
}
