import { MemoryLogger, openDatabase } from '@postern/runtime';
import { runCommands, type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { sealAuditLog, unsealed } from '../src/accounts/audit/audit-seal.ts';
import { gatewayCommands } from '../src/commands/index.ts';
import { sealCheck } from '../src/doctor/seal-check.ts';

const commands = gatewayCommands(() => Promise.reject(new Error('it opened what it works on')));
const onServer = process.env.TEST_DATABASE_URL !== undefined;

let parts: TestDatabase;
beforeEach(async () => {
  parts = await testDatabase('seal', migrations);
});
afterEach(() => parts.close());

async function status() {
  vi.stubEnv('DATABASE_URL', parts.url);
  const { code, out } = await runCommands(commands, 'migrate', 'status', '--check', '--json');
  return { code, ...(JSON.parse(out) as { pending: number; missing: string[]; migrations: unknown[] }) };
}
const diagnosis = (url = parts.url) => sealCheck(url, new MemoryLogger()).run();

describe('an audit log that is not sealed', () => {
  it('fails `migrate status --check`, which says what to do', async () => {
    expect(await status()).toMatchObject({
      code: 1,
      pending: 0,
      missing: [expect.stringMatching(/not sealed.* can change and delete .*; run `migrate`/)],
    });
  });

  it('is a warning of the doctor', async () => {
    expect(await diagnosis()).toMatchObject([{ level: 'warning', subject: 'audit log' }]);
  });

  it('is told from one that lacks one trigger alone', async () => {
    await sealAuditLog(parts.database, new MemoryLogger());
    await parts.database.sql.raw('DROP TRIGGER audit_log_no_update');
    expect(await unsealed(parts.database)).toEqual(['change']);
  });
});

describe('a sealed audit log', () => {
  beforeEach(() => sealAuditLog(parts.database, new MemoryLogger()));

  it('passes both, and keeps nothing of having been tried', async () => {
    expect(await status()).toMatchObject({ code: 0, missing: [] });
    expect(await diagnosis()).toMatchObject([{ level: 'ok' }]);
    expect(await parts.database.sql('audit_log')).toEqual([]);
  });
});

describe('an audit log that takes no entry, as that of a server that is read-only', () => {
  beforeEach(async () => {
    const refusal = onServer
      ? "FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'read-only'"
      : "BEGIN SELECT RAISE(ABORT, 'read-only'); END";
    await parts.database.sql.raw(`CREATE TRIGGER refusing BEFORE INSERT ON audit_log ${refusal}`);
  });

  it('keeps `migrate status` from nothing but the seal, of which it says so and fails --check', async () => {
    const { code, pending, missing, migrations: listed } = await status();
    expect({ code, pending, listed: listed.length }).toEqual({ code: 1, pending: 0, listed: migrations.length });
    expect(missing).toEqual([
      expect.stringMatching(/^Audit log: whether it is sealed could not be tried: .*read-only/),
    ]);
  });

  it('is a warning of the doctor, which says so too', async () => {
    expect(await diagnosis()).toMatchObject([
      { level: 'warning', what: expect.stringMatching(/could not be tried: .*read-only/) },
    ]);
  });
});

describe.runIf(onServer)('with the rights of services/mysql/create-databases.sh', () => {
  /** Hands out the address of the database for a user of its own with these rights to it. */
  async function asUser(rights: string, work: (url: string) => Promise<void>) {
    const { sql } = parts.database;
    const url = new URL(parts.url);
    const [name, user] = [url.pathname.slice(1), `seal_${url.pathname.slice(-12)}`];
    await sql.raw(`CREATE USER '${user}'@'%' IDENTIFIED BY 'of-a-test'`);
    try {
      await sql.raw(`GRANT ${rights} ON ${name}.* TO '${user}'@'%'`);
      await work(Object.assign(url, { username: user, password: 'of-a-test' }).href);
    } finally {
      await sql.raw(`DROP USER '${user}'@'%'`);
    }
  }

  it('the owner seals the audit log, also where a binary log asks for SUPER unless creators are trusted', () =>
    asUser('ALL', async (url) => {
      const logger = new MemoryLogger();
      const owned = openDatabase(url, { logger });
      try {
        await sealAuditLog(owned, logger);
        expect(logger.lines).toEqual([]);
        expect(await unsealed(owned)).toEqual([]);
      } finally {
        await owned.close();
      }
    }));

  it('the service sees whether it is sealed, although MySQL shows it no triggers', async () => {
    await sealAuditLog(parts.database, new MemoryLogger());
    await asUser('SELECT, INSERT, UPDATE, DELETE', async (url) => {
      expect(await diagnosis(url)).toMatchObject([{ level: 'ok' }]);
      await parts.database.sql.raw('DROP TRIGGER audit_log_no_early_delete');
      expect(await diagnosis(url)).toMatchObject([{ level: 'warning', what: expect.stringContaining('can delete') }]);
    });
  });
});
