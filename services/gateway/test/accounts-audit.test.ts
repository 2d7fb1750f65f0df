import { idToBytes, MemoryLogger, newId } from '@postern/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEALED_DAYS, sealAuditLog } from '../src/accounts/audit/audit-seal.ts';
import { SqlAuditLog } from '../src/accounts/audit/sql-audit-log.ts';
import { linesOf } from '../src/commands/audit-export.ts';
import { actingAs, administrator, type SignedInPerson, verified } from './accounts/person.ts';
import { runSchedules } from './accounts/run-schedules.ts';
import { TestGateway } from './accounts/test-gateway.ts';

const DAY_MS = 86_400_000;

let gateway: TestGateway;
let admin: SignedInPerson;

beforeAll(async () => {
  gateway = await TestGateway.start();
  await sealAuditLog(gateway.database, gateway.logger);
  admin = await administrator(gateway);
});

afterAll(() => gateway.close());

async function entryFrom(daysAgo: number): Promise<Buffer> {
  const id = idToBytes(newId());
  const at = new Date(Date.now() - daysAgo * DAY_MS);
  const text = { action: 'sign-in', outcome: 'success', address_range: 'unknown', request_id: 'request-1' };
  await gateway.database.sql('audit_log').insert({ id, at, ...text });
  return id;
}

const entry = (id: Buffer) => gateway.database.sql('audit_log').where({ id });

describe('the audit log', () => {
  it('reports which roles somebody had and got', async () => {
    const person = await verified(gateway);
    await actingAs(admin).send('PUT', `/v1/users/${person.id}/roles`, { roles: ['admin', 'user'] });
    const { body } = await actingAs(admin).get(`/v1/audit-log?subject_id=${person.id}&limit=1`);
    expect(body.items[0]).toMatchObject({
      action: 'set-roles',
      actor_id: admin.id,
      details: { before: ['user'], after: ['admin', 'user'] },
    });
  });

  it('has room for as many roles as a product may give, and reports those that were changed', async () => {
    const names = Array.from({ length: 21 }, (_, at) => `role-${at}`.padEnd(50, '-'));
    await gateway.database.sql('roles').insert(names.map((name) => ({ name, description: 'of a product' })));
    const person = await verified(gateway);
    const give = (roles: string[]) => actingAs(admin).send('PUT', `/v1/users/${person.id}/roles`, { roles });
    expect([await give(names.slice(0, 20)), await give(names.slice(1))].map(({ status }) => status)).toEqual([
      200, 200,
    ]);
    const { body } = await actingAs(admin).get(`/v1/audit-log?subject_id=${person.id}&limit=1`);
    expect(body.items[0].details).toEqual({
      before: [names[0], '… 19 more'],
      after: [names[20], '… 19 more'],
    });
    // SQLite has no limit of its own; MySQL refuses what is longer than the column.
    const rows = await gateway.database
      .sql('audit_log')
      .where({ subject_id: idToBytes(person.id), action: 'set-roles' });
    expect(rows.map(({ details }) => details.length <= 1_000)).toEqual([true, true]);
  });

  it('reports what somebody signed in was refused, whatever refused it, in one line', async () => {
    const wrong = { password: 'a wrong guess' };
    expect((await actingAs(admin).post('/v1/auth/password/confirm', wrong)).status).toBe(403);
    const statuses = [
      await actingAs(admin).send('DELETE', `/v1/users/${admin.id}/two-factor`, undefined),
      await actingAs(admin).send('DELETE', '/v1/auth/two-factor', undefined),
    ].map(({ status }) => status);
    expect(statuses).toEqual([403, 409]);
    const { body } = await actingAs(admin).get(`/v1/audit-log?actor_id=${admin.id}&limit=3`);
    const lines = body.items.map(({ action, outcome, details }: Record<string, unknown>) => [action, outcome, details]);
    expect(lines).toEqual([
      ['access', 'failure', { operation: ['disableTwoFactor'], problem: ['two-factor-off'] }],
      ['access', 'failure', { operation: ['removeUserTwoFactor'], problem: ['own-two-factor'] }],
      ['confirm-password', 'failure', null],
    ]);
  });

  it('is sealed by the database: nobody with its account changes an entry, or removes a recent one', async () => {
    const recent = await entryFrom(1);
    await expect(entry(recent).update({ outcome: 'failure' })).rejects.toThrow(/append-only/);
    await expect(entry(recent).delete()).rejects.toThrow(/append-only/);
    const old = await entryFrom(500);
    await expect(entry(old).update({ outcome: 'failure' })).rejects.toThrow(/append-only/);
    expect(await entry(old).delete()).toBe(1);
  });

  it.runIf(process.env.TEST_DATABASE_URL).each([
    ['another time', 'timestamp = UNIX_TIMESTAMP() + 1000 * 86400', 'timestamp = DEFAULT'],
    ['another time zone', "time_zone = '+13:00'", "time_zone = '+00:00'"],
  ])('is sealed by the time of the machine, whatever a session has made of it: %s', async (_what, set, back) => {
    const recent = await entryFrom(SEALED_DAYS - 0.5);
    const early = gateway.database.transaction(async (tx) => {
      await tx.sql.raw(`SET ${set}`);
      try {
        return await tx.sql('audit_log').where({ id: recent }).delete();
      } finally {
        await tx.sql.raw(`SET ${back}`);
      }
    });
    await expect(early).rejects.toThrow(/append-only/);
    expect(await entry(recent)).toHaveLength(1);
  });

  it('can be sealed again and again', async () => {
    const logger = new MemoryLogger();
    await sealAuditLog(gateway.database, logger);
    await sealAuditLog(gateway.database, logger);
    expect(logger.lines).toEqual([]);
  });

  it('ends: entries past the retention are removed, others stay', async () => {
    const old = await entryFrom(500);
    const young = await entryFrom(300);
    await runSchedules(gateway, 0);
    expect(await entry(old)).toEqual([]);
    expect(await entry(young)).toHaveLength(1);
  });

  it('is exported as lines of JSON of a time, whatever its length', async () => {
    await entryFrom(200);
    const range = { since: new Date(Date.now() - 250 * DAY_MS), before: new Date(Date.now() - 150 * DAY_MS) };
    const lines: string[] = [];
    for await (const line of linesOf(new SqlAuditLog(gateway.clock), gateway.database, range)) lines.push(line);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ action: 'sign-in', outcome: 'success', details: null });
  });
});

it('shows an entry that was damaged with the reason, and the others as they are, in the list and in the export', async () => {
  const day = (days: number) => new Date(Date.now() - days * DAY_MS);
  const row = { action: 'set-roles', outcome: 'success', address_range: 'x', request_id: 'x', actor_id: null };
  const entries = ['{"after":["adm', '{"after":"admin"}', '7', '{"after":["admin"]}'].map((details) => ({
    ...{ ...row, id: idToBytes(newId()), subject_id: null, reason: null, details, at: day(1_000) },
  }));
  for (const damaged of entries) await gateway.database.sql('audit_log').insert(damaged);
  const range = { since: day(1_001), before: day(999) };
  const log = new SqlAuditLog(gateway.clock);
  const expected = [
    { after: ['admin'] },
    { unreadable: ['not in the form of details (1 characters)'] },
    { unreadable: ['not in the form of details (17 characters)'] },
    { unreadable: ['no JSON (14 characters)'] },
  ];
  const page = await log.page(gateway.database, { ...range, limit: 10 });
  expect(page.map(({ details }) => details)).toEqual(expected);
  const lines: { id: string; details: unknown }[] = [];
  for await (const line of linesOf(log, gateway.database, range)) lines.push(JSON.parse(line));
  expect(lines.map(({ details }) => details)).toEqual(expected);
  expect(lines.at(-1)?.id).toBe(page.at(-1)?.id);
});

it('warns where the database lets nobody create triggers, with what an administrator can do, and goes on', async () => {
  const logger = new MemoryLogger();
  const refused = Object.assign(new Error('TRIGGER command denied'), { code: 'ER_TABLEACCESS_DENIED_ERROR' });
  const database = { dialect: 'mysql', sql: { raw: () => Promise.reject(refused) } };
  await sealAuditLog(database as never, logger);
  expect(logger.lines).toMatchObject([{ level: 'warn', message: expect.stringContaining('grant it TRIGGER') }]);
});
