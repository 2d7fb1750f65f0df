import { createTableIfMissing, keyColumn } from '@postern/durable';
import { idColumn, type Migration, timeColumn } from '@postern/runtime';

/** What was given up, as far as it is known, and what operators do with many letters. SQS can neither list a queue nor say what became of a letter. */
export const deadLetters: Migration = {
  name: '0019-dead-letters',
  async up(knex, dialect) {
    const target = { sql: knex, dialect };
    await createTableIfMissing(target, 'dead_letters', (table) => {
      idColumn(table, 'id').notNullable().primary();
      keyColumn(table, 'queue', 80, dialect).notNullable();
      /** The sender's id, by which a letter that dies again is known; of a longer one its digest. */
      keyColumn(table, 'letter_id', 255, dialect).notNullable();
      table.string('type', 190).notNullable();
      table.string('reason', 128).notNullable();
      table.string('error', 500).nullable();
      table.integer('attempts').notNullable();
      /** Of type, reason and error: letters that died of the same. */
      table.binary('fingerprint', 16).notNullable();
      idColumn(table, 'user_id').nullable().index('dead_letters_user');
      idColumn(table, 'trace_id').nullable().index('dead_letters_trace');
      timeColumn(table, 'died_at').notNullable();
      /** `dead`, `sent` or `discarded`: what an operator has decided counts from the commit on, whatever SQS still has. */
      table.string('state', 10).notNullable();
      idColumn(table, 'operation_id').nullable();
      timeColumn(table, 'acted_at').nullable();
      /** SQS does not have it any more: an operator acted on it, and a pass through the queue deleted its copy. */
      table.boolean('copy_gone').notNullable().defaultTo(false);
      /** When SQS was last seen to have it. */
      timeColumn(table, 'seen_at').notNullable();
      /** The letter as it was received, as JSON. */
      table.text('letter', 'mediumtext').notNullable();
      table.unique(['queue', 'letter_id'], { indexName: 'dead_letters_letter' });
      table.index(['queue', 'state', 'died_at', 'id'], 'dead_letters_listed');
      table.index(['queue', 'state', 'fingerprint', 'died_at', 'id'], 'dead_letters_alike');
      table.index(['operation_id', 'state'], 'dead_letters_operation');
      table.index(['died_at'], 'dead_letters_died');
    });
    await createTableIfMissing(target, 'operations', (table) => {
      /** That of its entry in the operators' audit. */
      idColumn(table, 'id').notNullable().primary();
      table.string('kind', 20).notNullable();
      keyColumn(table, 'queue', 80, dialect).notNullable();
      table.string('operator', 100).notNullable();
      table.text('filter').notNullable();
      table.string('words', 500).notNullable();
      table.string('state', 10).notNullable();
      table.integer('total').notNullable().defaultTo(0);
      table.integer('done').notNullable().defaultTo(0);
      table.integer('failed').notNullable().defaultTo(0);
      table.string('note', 500).notNullable().defaultTo('');
      /** When the first ones went ahead; empty while they have not, or need not. */
      timeColumn(table, 'canary_at').nullable();
      table.boolean('canary_passed').notNullable().defaultTo(false);
      idColumn(table, 'holder').nullable();
      timeColumn(table, 'held_until').nullable();
      timeColumn(table, 'created_at').notNullable();
      timeColumn(table, 'ended_at').nullable().index('operations_ended');
    });
  },
};
