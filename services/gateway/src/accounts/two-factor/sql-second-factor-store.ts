import { Columns, column, idToBytes, type Sql, type Transaction } from '@postern/runtime';
import type { TotpStep } from '../factors/checked-code.ts';
import { SecondFactorStore, type TotpRow } from './second-factor-store.ts';

/** Before any step there is. */
const NO_STEP = 0;
const UNTRIED = { failures: 0, locked_at: null };

const secrets = new Columns<TotpRow>({
  userId: column.id('user_id'),
  sealedSecret: column.value('secret'),
  createdAt: column.time('created_at'),
  confirmedAt: column.timeOrNull('confirmed_at'),
  lastStep: { name: 'last_step', read: Number, store: (step) => step },
  lockedAt: column.timeOrNull('locked_at'),
});

export class SqlSecondFactorStore extends SecondFactorStore {
  override async find({ sql }: Sql, userId: string): Promise<TotpRow | undefined> {
    const row = await sql('totp_secrets')
      .where({ user_id: idToBytes(userId) })
      .first();
    return row && secrets.read(row);
  }

  override async begin(tx: Transaction, userId: string, sealedSecret: Buffer, at: Date): Promise<void> {
    const begun = { userId, sealedSecret, createdAt: at, confirmedAt: null, lastStep: NO_STEP, lockedAt: null };
    const row = { ...secrets.store(begun), ...UNTRIED };
    await tx.sql('totp_secrets').insert(row).onConflict('user_id').merge();
  }

  override async confirm(tx: Transaction, userId: string, at: Date): Promise<void> {
    await tx
      .sql('totp_secrets')
      .where({ user_id: idToBytes(userId) })
      .update({ confirmed_at: at });
  }

  override async spendStep(tx: Transaction, userId: string, { step, createdAt }: TotpStep): Promise<boolean> {
    const spent: number = await tx
      .sql('totp_secrets')
      .where({ user_id: idToBytes(userId), created_at: createdAt })
      .where('last_step', '<', step)
      .whereNull('locked_at')
      .update({ last_step: step, ...UNTRIED });
    return spent === 1;
  }

  override async countFailure(tx: Transaction, userId: string): Promise<boolean> {
    const counted: number = await tx
      .sql('totp_secrets')
      .where({ user_id: idToBytes(userId) })
      .whereNull('locked_at')
      .increment('failures', 1);
    return counted === 1;
  }

  override async forgetFailures(tx: Transaction, userId: string, { step, createdAt }: TotpStep): Promise<void> {
    await tx
      .sql('totp_secrets')
      .where({ user_id: idToBytes(userId), created_at: createdAt })
      .where('last_step', '<', step)
      .whereNull('locked_at')
      .update({ failures: 0 });
  }

  override async lock(tx: Transaction, userId: string, most: number, at: Date): Promise<boolean> {
    const locked: number = await tx
      .sql('totp_secrets')
      .where({ user_id: idToBytes(userId) })
      .where('failures', '>=', most)
      .whereNull('locked_at')
      .update({ locked_at: at });
    return locked === 1;
  }

  override async unlock(tx: Transaction, userId: string): Promise<void> {
    await tx
      .sql('totp_secrets')
      .where({ user_id: idToBytes(userId) })
      .update(UNTRIED);
  }

  override async replaceCodes(tx: Transaction, userId: string, hashes: readonly Buffer[]): Promise<void> {
    const user_id = idToBytes(userId);
    await tx.sql('recovery_codes').where({ user_id }).delete();
    await tx.sql('recovery_codes').insert(hashes.map((code_hash) => ({ user_id, code_hash, used_at: null })));
  }

  override async findCode({ sql }: Sql, userId: string, hash: Buffer): Promise<'unused' | 'used' | undefined> {
    const row: { used_at: unknown } | undefined = await sql('recovery_codes')
      .where({ user_id: idToBytes(userId), code_hash: hash })
      .first('used_at');
    return row && (row.used_at === null ? 'unused' : 'used');
  }

  override async useCode(tx: Transaction, userId: string, hash: Buffer, at: Date): Promise<boolean> {
    const used: number = await this.#unused(tx, userId).where({ code_hash: hash }).update({ used_at: at });
    return used === 1;
  }

  override async countCodes(db: Sql, userId: string): Promise<number> {
    const [row] = await this.#unused(db, userId).count({ left: '*' });
    return Number(row?.left ?? 0);
  }

  override async remove(tx: Transaction, userId: string): Promise<void> {
    const user_id = idToBytes(userId);
    for (const table of ['totp_secrets', 'recovery_codes', 'sign_in_challenges']) {
      await tx.sql(table).where({ user_id }).delete();
    }
  }

  #unused({ sql }: Sql, userId: string) {
    return sql('recovery_codes')
      .where({ user_id: idToBytes(userId) })
      .whereNull('used_at');
  }
}
