import type { Sql, Transaction } from '@postern/runtime';
import { SecondFactorStore, type TotpRow } from './second-factor-store.ts';

/** The second factors of a test. */
export class MemorySecondFactorStore extends SecondFactorStore {
  readonly rows = new Map<string, TotpRow & { lastStep: number }>();
  readonly codes = new Map<string, Set<string>>();

  override async find(_db: Sql, userId: string): Promise<TotpRow | undefined> {
    return this.rows.get(userId);
  }

  override async begin(_tx: Transaction, userId: string, sealedSecret: Buffer, _at: Date): Promise<void> {
    this.rows.set(userId, { userId, sealedSecret, confirmedAt: null, lastStep: 0 });
  }

  override async confirm(_tx: Transaction, userId: string, confirmedAt: Date): Promise<void> {
    const row = this.rows.get(userId);
    if (row) row.confirmedAt = confirmedAt;
  }

  override async spendStep(_tx: Transaction, userId: string, step: number): Promise<boolean> {
    const row = this.rows.get(userId);
    if (!row || row.lastStep >= step) return false;
    row.lastStep = step;
    return true;
  }

  override async replaceCodes(_tx: Transaction, userId: string, hashes: readonly Buffer[]): Promise<void> {
    this.codes.set(userId, new Set(hashes.map((hash) => hash.toString('hex'))));
  }

  override async hasCode(_db: Sql, userId: string, hash: Buffer): Promise<boolean> {
    return this.codes.get(userId)?.has(hash.toString('hex')) ?? false;
  }

  override async useCode(_tx: Transaction, userId: string, hash: Buffer, _at: Date): Promise<boolean> {
    return this.codes.get(userId)?.delete(hash.toString('hex')) ?? false;
  }

  override async countCodes(_db: Sql, userId: string): Promise<number> {
    return this.codes.get(userId)?.size ?? 0;
  }

  override async remove(_tx: Transaction, userId: string): Promise<void> {
    this.rows.delete(userId);
    this.codes.delete(userId);
  }
}
