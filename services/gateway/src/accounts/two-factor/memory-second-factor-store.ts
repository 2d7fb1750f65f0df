import type { Sql, Transaction } from '@postern/runtime';
import type { TotpStep } from '../factors/checked-code.ts';
import { SecondFactorStore, type TotpRow } from './second-factor-store.ts';

export class MemorySecondFactorStore extends SecondFactorStore {
  readonly rows = new Map<string, TotpRow & { failures: number }>();
  /** Of each person: the code's hash, and whether it was used. */
  readonly codes = new Map<string, Map<string, boolean>>();

  override async find(_db: Sql, userId: string): Promise<TotpRow | undefined> {
    return this.rows.get(userId);
  }

  override async begin(_tx: Transaction, userId: string, sealedSecret: Buffer, createdAt: Date): Promise<void> {
    const untried = { confirmedAt: null, lastStep: 0, failures: 0, lockedAt: null };
    this.rows.set(userId, { userId, sealedSecret, createdAt, ...untried });
  }

  override async confirm(_tx: Transaction, userId: string, confirmedAt: Date): Promise<void> {
    const row = this.rows.get(userId);
    if (row) row.confirmedAt = confirmedAt;
  }

  override async spendStep(_tx: Transaction, userId: string, { step, createdAt }: TotpStep): Promise<boolean> {
    const row = this.rows.get(userId);
    if (!row || row.lockedAt || row.lastStep >= step) return false;
    if (row.createdAt.getTime() !== createdAt.getTime()) return false;
    row.lastStep = step;
    row.failures = 0;
    return true;
  }

  override async countFailure(_tx: Transaction, userId: string): Promise<boolean> {
    const row = this.rows.get(userId);
    if (!row || row.lockedAt) return false;
    row.failures += 1;
    return true;
  }

  override async forgetFailures(_tx: Transaction, userId: string, { step, createdAt }: TotpStep): Promise<void> {
    const row = this.rows.get(userId);
    if (!row || row.lockedAt || row.lastStep >= step) return;
    if (row.createdAt.getTime() === createdAt.getTime()) row.failures = 0;
  }

  override async lock(_tx: Transaction, userId: string, most: number, at: Date): Promise<boolean> {
    const row = this.rows.get(userId);
    if (!row || row.lockedAt || row.failures < most) return false;
    row.lockedAt = at;
    return true;
  }

  override async unlock(_tx: Transaction, userId: string): Promise<void> {
    const row = this.rows.get(userId);
    if (row) Object.assign(row, { failures: 0, lockedAt: null });
  }

  override async replaceCodes(_tx: Transaction, userId: string, hashes: readonly Buffer[]): Promise<void> {
    this.codes.set(userId, new Map(hashes.map((hash) => [hash.toString('hex'), false])));
  }

  override async findCode(_db: Sql, userId: string, hash: Buffer): Promise<'unused' | 'used' | undefined> {
    const used = this.codes.get(userId)?.get(hash.toString('hex'));
    return used === undefined ? undefined : used ? 'used' : 'unused';
  }

  override async useCode(_tx: Transaction, userId: string, hash: Buffer, _at: Date): Promise<boolean> {
    if ((await this.findCode(_tx, userId, hash)) !== 'unused') return false;
    this.codes.get(userId)?.set(hash.toString('hex'), true);
    return true;
  }

  override async countCodes(_db: Sql, userId: string): Promise<number> {
    return [...(this.codes.get(userId)?.values() ?? [])].filter((used) => !used).length;
  }

  override async remove(_tx: Transaction, userId: string): Promise<void> {
    this.rows.delete(userId);
    this.codes.delete(userId);
  }
}
