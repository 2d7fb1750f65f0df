import { isDuplicateKey, type Sql, type Transaction, toDate } from '@postern/runtime';
import { type GuessRow, GuessStore } from './guess-store.ts';

interface Row {
  subject: Buffer;
  failures: number;
  blocked_until: unknown;
  updated_at: unknown;
}

export class SqlGuessStore extends GuessStore {
  override async find(db: Sql, subject: Buffer): Promise<GuessRow | undefined> {
    return (await this.findAll(db, [subject]))[0];
  }

  override async findAll({ sql }: Sql, subjects: readonly Buffer[]): Promise<(GuessRow | undefined)[]> {
    const rows: Row[] = await sql<Row>('guesses').whereIn('subject', subjects);
    return subjects.map((subject) => {
      const row = rows.find((one) => one.subject.equals(subject));
      return row && toGuessRow(row);
    });
  }

  override async advance({ sql }: Sql, subject: Buffer, seen: GuessRow | undefined, next: GuessRow): Promise<boolean> {
    const fields = { failures: next.failures, blocked_until: next.blockedUntil, updated_at: next.updatedAt };
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

  override async clear(tx: Transaction, subject: Buffer): Promise<void> {
    await tx.sql('guesses').where({ subject }).delete();
  }
}

function toGuessRow(row: Row): GuessRow {
  return {
    failures: row.failures,
    blockedUntil: toDate(row.blocked_until) as Date,
    updatedAt: toDate(row.updated_at) as Date,
  };
}
