import { bytesToId, idToBytes, type Sql, type Transaction } from '@postern/runtime';
import { ChallengeStore } from './challenge-store.ts';

export class SqlChallengeStore extends ChallengeStore {
  override async create(tx: Transaction, tokenHash: Buffer, userId: string, expiresAt: Date): Promise<void> {
    await tx
      .sql('sign_in_challenges')
      .insert({ token_hash: tokenHash, user_id: idToBytes(userId), expires_at: expiresAt });
  }

  override async find({ sql }: Sql, tokenHash: Buffer, now: Date): Promise<string | undefined> {
    const row: { user_id: Buffer } | undefined = await sql('sign_in_challenges')
      .where({ token_hash: tokenHash })
      .where('expires_at', '>', now)
      .first('user_id');
    return row && bytesToId(row.user_id);
  }

  override async finish(tx: Transaction, tokenHash: Buffer): Promise<boolean> {
    return (await tx.sql('sign_in_challenges').where({ token_hash: tokenHash }).delete()) === 1;
  }

  override async deleteOfUser(tx: Transaction, userId: string): Promise<void> {
    await tx
      .sql('sign_in_challenges')
      .where({ user_id: idToBytes(userId) })
      .delete();
  }
}
