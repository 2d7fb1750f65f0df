import { bytesToId, idToBytes, isDuplicateKey, type Sql } from '@postern/runtime';
import { asKey } from '../sql/key-column.ts';

const TABLE = 'job_locks';

/** Which unique keys are taken, by which job, until when. */
export class JobLocks {
  /**
   * Acquires `key` for `jobId` until `expiresAt`, in the caller's transaction. Returns the id of the job that has it already, which may
   * be the same; undefined when it is the caller's from now on.
   */
  async acquire(
    tx: Sql,
    key: string,
    { jobId, now, expiresAt }: { jobId: string; now: Date; expiresAt: Date },
  ): Promise<string | undefined> {
    const { sql } = tx;
    const row = { job_id: idToBytes(jobId), expires_at: expiresAt };
    for (;;) {
      try {
        await sql(TABLE).insert({ unique_key: asKey(key), ...row });
        return undefined;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
      const taken = await sql(TABLE).where('unique_key', asKey(key)).where('expires_at', '<=', now).update(row);
      if (taken === 1) return undefined;
      const holder = await this.holder(tx, key);
      if (holder !== undefined) return holder;
      // Released between the two statements: it is free now.
    }
  }

  /** The id of the job that has a key; undefined when it is free. One that has run out is its job's until somebody takes it over. */
  async holder({ sql }: Pick<Sql, 'sql'>, key: string): Promise<string | undefined> {
    const found: { job_id: Buffer } | undefined = await sql(TABLE).where('unique_key', asKey(key)).first('job_id');
    return found && bytesToId(found.job_id);
  }

  /** Has a key taken until `expiresAt`, if it is still this job's. */
  async renew({ sql }: Pick<Sql, 'sql'>, key: string, jobId: string, expiresAt: Date): Promise<void> {
    await sql(TABLE)
      .where({ unique_key: asKey(key), job_id: idToBytes(jobId) })
      .update({ expires_at: expiresAt });
  }

  /** Releases a key, if it is still this job's. */
  async release({ sql }: Sql, key: string, jobId: string): Promise<void> {
    await sql(TABLE)
      .where({ unique_key: asKey(key), job_id: idToBytes(jobId) })
      .delete();
  }
}
