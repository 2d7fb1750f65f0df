import { migrateBrokenOff } from '@postern/runtime/testing';
import { describe, expect, it } from 'vitest';
import { migrations } from '../migrations/index.ts';

// SQLite migrates in one transaction: there is no half-way.
describe.runIf(process.env.TEST_DATABASE_URL)('the migrations', () => {
  it('can be killed after any statement and run again: the schema is that of an undisturbed run', async () => {
    const { brokenOff, schema, expected } = await migrateBrokenOff(migrations);
    // One for the table of the migrations, and at least two a migration: its work, and the note that it has run.
    expect(brokenOff).toBeGreaterThan(2 * migrations.length);
    expect(schema).toEqual(expected);
  });
});
