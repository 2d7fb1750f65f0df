import { type Migration, type MigrationState, migrationStates } from '../database/migrations.ts';
import type { Database } from '../database/open-database.ts';
import type { Logger } from '../logging/logger.ts';
import { migrateWhenThere } from '../service/wait-for-database.ts';
import { table } from '../text/text-table.ts';
import { type Command, defineCommand, flag } from './command.ts';
import type { Opened } from './with-database.ts';

export interface BesideMigrations {
  /** What follows each time, also when no migration was left. */
  complete(database: Database, logger: Logger): Promise<void>;
  /** What of that is not there, as far as one can see in a database whose migrations all ran: a sentence each. */
  missing(database: Database): Promise<string[]>;
}

/** `migrate` and `migrate status`. */
export function migrateCommands(
  open: Opened<{ database: Database; logger: Logger }>,
  migrations: readonly Migration[],
  beside: BesideMigrations = { complete: async () => undefined, missing: async () => [] },
): Command[] {
  return [
    defineCommand({
      name: 'migrate',
      summary: 'Brings the database schema up to date',
      about: 'Under a lock: any number of replicas may run it at the same time, and it may be killed and run again.',
      examples: ['migrate'],
      run: (_input, { answer }) =>
        open(async ({ database, logger }) => {
          const ran = await migrateWhenThere(database, migrations, logger);
          await beside.complete(database, logger);
          const what = ran.length === 0 ? '.' : `; ran ${ran.join(', ')}.`;
          answer({ ran }, `The schema is up to date${what}`);
        }),
    }),
    defineCommand({
      name: 'migrate status',
      summary: 'Shows each migration, and when it ran or that it is pending',
      about: 'Changes nothing. A migration that only the database knows was made by a newer release.',
      examples: ['migrate status', 'migrate status --check && echo up to date', 'migrate:status --json'],
      input: { check: flag('exit with 1 when a migration is pending, or what `migrate` does beside them is missing') },
      run: ({ check }, { answer }) =>
        open(async ({ database }) => {
          const states = await migrationStates(database, migrations);
          const pending = states.filter(({ ranAt }) => ranAt === null).length;
          const data = states.map(({ name, ranAt, unknown }) => ({ name, ran_at: ranAt, unknown }));
          const last = pending === 0 ? 'Nothing is pending.' : `${pending} pending: run \`migrate\`.`;
          const missing = pending === 0 ? await beside.missing(database) : [];
          answer({ pending, missing, migrations: data }, [...table(states.map(rowOf)), last, ...missing]);
          return check && pending + missing.length > 0 ? 1 : 0;
        }),
    }),
  ];
}

function rowOf({ name, ranAt, unknown }: MigrationState): string[] {
  return [name, ranAt?.toISOString() ?? 'pending', unknown ? 'not in this release' : ''];
}
