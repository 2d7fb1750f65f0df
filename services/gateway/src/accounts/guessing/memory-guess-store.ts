import type { Sql, Transaction } from '@postern/runtime';
import { type GuessRow, GuessStore } from './guess-store.ts';

export class MemoryGuessStore extends GuessStore {
  readonly rows = new Map<string, GuessRow>();

  override async find(_db: Sql, subject: Buffer): Promise<GuessRow | undefined> {
    return this.rows.get(subject.toString('hex'));
  }

  override findAll(db: Sql, subjects: readonly Buffer[]): Promise<(GuessRow | undefined)[]> {
    return Promise.all(subjects.map((subject) => this.find(db, subject)));
  }

  override async advance(_db: Sql, subject: Buffer, seen: GuessRow | undefined, next: GuessRow): Promise<boolean> {
    if (this.rows.get(subject.toString('hex')) !== seen) return false;
    this.rows.set(subject.toString('hex'), next);
    return true;
  }

  override async clear(_tx: Transaction, subject: Buffer): Promise<boolean> {
    return this.rows.delete(subject.toString('hex'));
  }
}
