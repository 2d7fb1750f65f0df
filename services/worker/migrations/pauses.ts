import { createTableIfMissing, keyColumn, MAX_LISTENER } from '@postern/durable';
import { idColumn, type Migration, timeColumn } from '@postern/runtime';

/** Which queues and handlers are paused on every replica: a row says so, none says that it runs. */
export const pauses: Migration = {
  name: '0017-pauses',
  async up(knex, dialect) {
    await createTableIfMissing({ sql: knex, dialect }, 'pauses', (table) => {
      keyColumn(table, 'queue', 80, dialect).notNullable();
      /** Empty: the whole queue. */
      keyColumn(table, 'handler', MAX_LISTENER, dialect).notNullable();
      /** Which pause it is: a queue may be paused, resumed, and paused again. */
      idColumn(table, 'id').notNullable();
      table.string('paused_by', 100).notNullable();
      table.string('reason', 300).notNullable();
      timeColumn(table, 'paused_at').notNullable();
      table.primary(['queue', 'handler']);
    });
  },
};
