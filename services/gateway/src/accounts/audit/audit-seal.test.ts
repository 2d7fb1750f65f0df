import { type Database, FakeClock, MemoryLogger } from '@postern/runtime';
import { describe, expect, it } from 'vitest';
import { sealAuditLog } from './audit-seal.ts';

/** A MySQL that has some triggers, and refuses to make others with the error. */
function mysql(there: readonly string[], refusal?: string) {
  const made: string[] = [];
  const raw = async (statement: string) => {
    if (statement.startsWith('SELECT')) return [there.map((name) => ({ name }))];
    if (refusal) throw Object.assign(new Error(refusal), { code: refusal });
    made.push(statement);
    return [];
  };
  return { made, db: { sql: { raw }, dialect: 'mysql' } as unknown as Database };
}

describe('sealing the audit log on MySQL', () => {
  it('makes the triggers that are not there, in words that MySQL knew before 8.0.29', async () => {
    const { made, db } = mysql(['audit_log_no_update']);
    await sealAuditLog(db, new MemoryLogger());
    expect(made).toEqual([
      expect.stringMatching(/^CREATE TRIGGER audit_log_no_early_delete BEFORE DELETE ON audit_log/),
    ]);
    expect(made.join()).not.toContain('IF NOT EXISTS');
  });

  it('makes nothing when both are there', async () => {
    const { made, db } = mysql(['audit_log_no_update', 'audit_log_no_early_delete']);
    await sealAuditLog(db, new MemoryLogger());
    expect(made).toEqual([]);
  });

  it('puts the trigger in the place of that of earlier releases, and leaves no moment without', async () => {
    const { made, db } = mysql(['audit_log_no_update', 'audit_log_no_delete']);
    await sealAuditLog(db, new MemoryLogger());
    expect(made).toEqual([
      expect.stringMatching(/^CREATE TRIGGER audit_log_no_early_delete/),
      'DROP TRIGGER IF EXISTS audit_log_no_delete',
    ]);
  });

  it('does not mind that another migrator was faster', async () => {
    const logger = new MemoryLogger();
    await sealAuditLog(mysql([], 'ER_TRG_ALREADY_EXISTS').db, logger);
    expect(logger.lines).toEqual([]);
  });

  it('asks for no right where the owner has sealed it, and the account is shown no triggers', async () => {
    const refuse = () => Promise.reject(new Error('audit_log is append-only'));
    const table = { insert: async () => [1], where: () => ({ update: refuse, delete: refuse }) };
    const transaction = (work: (tx: object) => Promise<void>) => work({ sql: () => table });
    const { db } = mysql([], 'ER_TABLEACCESS_DENIED_ERROR');
    const logger = new MemoryLogger();
    await sealAuditLog(Object.assign(db, { clock: new FakeClock(), transaction }), logger);
    expect(logger.lines).toEqual([]);
  });

  it('warns where the account may make no triggers, and fails on anything else', async () => {
    const logger = new MemoryLogger();
    await sealAuditLog(mysql([], 'ER_TABLEACCESS_DENIED_ERROR').db, logger);
    expect(logger.lines).toEqual([expect.objectContaining({ level: 'warn' })]);
    await expect(sealAuditLog(mysql([], 'ER_PARSE_ERROR').db, logger)).rejects.toThrow('ER_PARSE_ERROR');
  });
});
