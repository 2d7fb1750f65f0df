import { Columns, column, isDuplicateKey, type Sql, type Transaction } from '@postern/runtime';
import { type GuessRow, GuessStore } from './guess-store.ts';

const guesses = new Columns<GuessRow>({
  failures: column.value('failures'),
  blockedUntil: column.time('blocked_until'),
  updatedAt: column.time('updated_at'),
});

export class SqlGuessStore extends GuessStore {
  override async find(db: Sql, subject: Buffer): Promise<GuessRow | undefined> {
    return (await this.findAll(db, [subject]))[0];
  }

  override async findAll({ sql }: Sql, subjects: readonly Buffer[]): Promise<(GuessRow | undefined)[]> {
    const rows: { subject: Buffer }[] = await sql('guesses').whereIn('subject', subjects);
    return subjects.map((subject) => {
      const row = rows.find((one) => one.subject.equals(subject));
      return row && guesses.read(row);
    });
  }

  override async advance({ sql }: Sql, subject: Buffer, seen: GuessRow | undefined, next: GuessRow): Promise<boolean> {
    const fields = guesses.store(next);
    if (seen) {
      // Found by its key and not by the index of the time, as `clear` finds it: locked in another order, the two end in a deadlock.
      const changed: number = await sql('guesses')
        .where({ subject, failures: seen.failures })
        .whereRaw('COALESCE(updated_at, NULL) = ?', [seen.updatedAt])
        .update(fields);
      return changed === 1;
    }
    try {
      await sql('guesses').insert({ subject, ...fields });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  override async clear(tx: Transaction, subject: Buffer): Promise<boolean> {
    return (await tx.sql('guesses').where({ subject }).delete()) === 1;
  }
}
