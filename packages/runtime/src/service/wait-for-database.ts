import { connectionRefusal } from '../connection-refusal.ts';
import { isUnavailable } from '../database-unavailable.ts';
import { errorMessage } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Migration } from '../migrations.ts';
import type { Database } from '../open-database.ts';
import { RecurringWarnings } from '../recurring-warnings.ts';
import { type RetryOptions, retry } from '../retry.ts';

/** Soon at first, then often enough for a restart. */
const WAITS = { baseMs: 250, ceilingMs: 5_000 };
/** A database that starts together with `migrate` (compose, CI) is waited for about two minutes. */
const MIGRATE_WAITS = { attempts: 30, baseMs: 500, ceilingMs: 8_000 };

class SchemaBehind extends Error {
  override name = 'SchemaBehind';
}

export interface WaitForDatabaseOptions {
  migrations: readonly Migration[];
  /** What else has to be so; it is tried again while the database is away. */
  check?: () => Promise<void>;
  logger: Logger;
  signal: AbortSignal;
}

/**
 * Waits until the database answers and has the schema of this release, and says what it waits for. Any other error is thrown:
 * it would not get better.
 *
 * @returns false when `signal` ended the wait
 * @throws ConfigError when the server is there and does not let us in
 */
export async function waitForDatabase(
  database: Database,
  { migrations, check, logger, signal }: WaitForDatabaseOptions,
): Promise<boolean> {
  const look = async () => {
    const pending = await database.pendingMigrations(migrations);
    if (pending.length > 0) throw new SchemaBehind(`migrations that have not run: ${pending.join(', ')}`);
    await check?.();
  };
  try {
    await whenThere(look, { ...WAITS, signal }, warningsOf(database, logger));
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
  return true;
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
  return whenThere(() => database.migrate(migrations), MIGRATE_WAITS, warningsOf(database, logger));
}

function warningsOf({ clock }: Database, logger: Logger): RecurringWarnings {
  return new RecurringWarnings({ logger, clock });
}

async function whenThere<T>(
  work: () => Promise<T>,
  waits: Omit<RetryOptions, 'shouldRetry' | 'onRetry'>,
  warnings: RecurringWarnings,
): Promise<T> {
  const behind = (error: unknown) => error instanceof SchemaBehind;
  try {
    return await retry(work, {
      ...waits,
      shouldRetry: (error) => behind(error) || (isUnavailable(error) && !connectionRefusal(error)),
      onRetry: (error, attempt, delayMs) =>
        warnings.warn(errorMessage(error), `waiting for ${behind(error) ? '`migrate` to be run' : 'the database'}`, {
          ...{ reason: errorMessage(error), attempt, next_try_ms: Math.round(delayMs) },
        }),
    });
  } catch (error) {
    throw connectionRefusal(error) ?? error;
  }
}
