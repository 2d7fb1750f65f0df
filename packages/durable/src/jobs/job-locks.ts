import { bytesToId, idToBytes, isDuplicateKey, type Sql } from '@postern/runtime';

const TABLE = 'job_locks';

/** Which unique keys are taken, by which job, until when. */
export class JobLocks {
  /**
   * Acquires `key` for `jobId` until `expiresAt`, in the caller's transaction. Returns the id of the job that has it already, which may
   * be the same; undefined when it is the caller's from now on.
   */
  async acquire(
    { sql }: Sql,
    key: string,
    { jobId, now, expiresAt }: { jobId: string; now: Date; expiresAt: Date },
  ): Promise<string | undefined> {
    const row = { job_id: idToBytes(jobId), expires_at: expiresAt };
    for (;;) {
      try {
        await sql(TABLE).insert({ unique_key: key, ...row });
        return undefined;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
      const taken = await sql(TABLE).where('unique_key', key).where('expires_at', '<=', now).update(row);
      if (taken === 1) return undefined;
      const found: { job_id: Buffer } | undefined = await sql(TABLE).where('unique_key', key).first('job_id');
      if (found) return bytesToId(found.job_id);
      // Released between the two statements: it is free now.
    }
  }

  /** Releases a key, if it is still this job's. */
  async release({ sql }: Sql, key: string, jobId: string): Promise<void> {
    await sql(TABLE)
      .where({ unique_key: key, job_id: idToBytes(jobId) })
      .delete();
  }
}
