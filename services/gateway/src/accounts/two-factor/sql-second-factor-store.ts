import { idToBytes, type Sql, type Transaction, toDate } from '@postern/runtime';
import { SecondFactorStore, type TotpRow } from './second-factor-store.ts';

/** Before any step there is. */
const NO_STEP = 0;

export class SqlSecondFactorStore extends SecondFactorStore {
  override async find({ sql }: Sql, userId: string): Promise<TotpRow | undefined> {
    const row: { secret: Buffer; confirmed_at: unknown } | undefined = await sql('totp_secrets')
      .where({ user_id: idToBytes(userId) })
      .first('secret', 'confirmed_at');
    return row && { userId, sealedSecret: row.secret, confirmedAt: toDate(row.confirmed_at) };
  }

  override async begin(tx: Transaction, userId: string, sealedSecret: Buffer, at: Date): Promise<void> {
    const fields = { secret: sealedSecret, created_at: at, confirmed_at: null, last_step: NO_STEP };
    await tx
      .sql('totp_secrets')
      .insert({ user_id: idToBytes(userId), ...fields })
      .onConflict('user_id')
      .merge();
  }

  override async confirm(tx: Transaction, userId: string, at: Date): Promise<void> {
    await tx
      .sql('totp_secrets')
      .where({ user_id: idToBytes(userId) })
      .update({ confirmed_at: at });
  }

  override async spendStep(tx: Transaction, userId: string, step: number): Promise<boolean> {
    const spent: number = await tx
      .sql('totp_secrets')
      .where({ user_id: idToBytes(userId) })
      .where('last_step', '<', step)
      .update({ last_step: step });
    return spent === 1;
  }

  override async replaceCodes(tx: Transaction, userId: string, hashes: readonly Buffer[]): Promise<void> {
    const user_id = idToBytes(userId);
    await tx.sql('recovery_codes').where({ user_id }).delete();
    await tx.sql('recovery_codes').insert(hashes.map((code_hash) => ({ user_id, code_hash, used_at: null })));
  }

  override async hasCode(db: Sql, userId: string, hash: Buffer): Promise<boolean> {
    return (await this.#unused(db, userId).where({ code_hash: hash }).first()) !== undefined;
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
