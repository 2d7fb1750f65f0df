import { type Database, isUnavailable, type Logger, type Migration, retry } from '@postern/runtime';
import type { Availability } from './http/availability.ts';

class SchemaBehind extends Error {
  override name = 'SchemaBehind';
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
  { availability, logger, signal }: { availability: Availability; logger: Logger; signal: AbortSignal },
): Promise<boolean> {
  try {
    await retry(() => requireSchema(database, migrations), {
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
