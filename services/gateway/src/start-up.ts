import { type Database, isUnavailable, type Logger, type Migration, retry } from '@postern/runtime';
import type { Availability } from './http/availability.ts';

class SchemaBehind extends Error {
  override name = 'SchemaBehind';
}

export interface StartUp {
  availability: Availability;
  /** What has to be so before anything is served; it is tried again while the database is away. */
  check: () => Promise<void>;
  logger: Logger;
  signal: AbortSignal;
}

/**
 * Waits until the database answers and has the schema of this release, with backoff; meanwhile operations answer 503
 * and say what is waited for. Any other error is thrown: it would not get better.
 *
 * @returns false when `signal` ended the wait
 */
export async function waitForDatabase(
  database: Database,
  migrations: readonly Migration[],
  { availability, check, logger, signal }: StartUp,
): Promise<boolean> {
  try {
    const look = async () => {
      await requireSchema(database, migrations);
      await check();
    };
    await retry(look, {
      baseMs: 250,
      ceilingMs: 5_000,
      signal,
      shouldRetry: (error) => error instanceof SchemaBehind || isUnavailable(error),
      onRetry: (error, attempt, delayMs) => {
        const behind = error instanceof SchemaBehind;
        availability.waitFor(behind ? 'its database schema' : 'the database');
        logger.warn(behind ? 'waiting for `migrate` to be run' : 'waiting for the database', {
          attempt,
          delay_ms: Math.round(delayMs),
          error,
        });
      },
    });
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
  availability.open();
  return true;
}

async function requireSchema(database: Database, migrations: readonly Migration[]): Promise<void> {
  const pending = await database.pendingMigrations(migrations);
  if (pending.length > 0) throw new SchemaBehind(`migrations that have not run: ${pending.join(', ')}`);
}
