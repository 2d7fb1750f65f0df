import { randomBytes } from 'node:crypto';
import { newId } from '@postern/runtime';
import { runCommands } from '@postern/runtime/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { forget } from '../src/commands/forget.ts';
import { forgetPerson } from '../src/mail/delivery/ledger/forget-person.ts';
import { OperatorAudit } from '../src/operators/operator-audit.ts';
import { HOUR, type MailSide, openMailSide, TEST_SECRETS } from './support/mail-side.ts';

const ANN = { user_id: newId(), email: 'ann@example.com' };
const BOB = { user_id: newId(), email: 'bob@example.com' };
const RESTORED = ['mails', 'mail_changes', 'suppressions'];

let side: MailSide;

beforeEach(async () => {
  vi.stubEnv('RECIPIENT_KEY', TEST_SECRETS.RECIPIENT_KEY);
  // Nobody listens there, so that every mail waits.
  side = await openMailSide({ SMTP_URL: 'smtp://127.0.0.1:1' });
});
afterEach(() => side.close());

const run = async (...args: string[]) => {
  const command = forget((work) => work({ database: side.database }));
  const { code, out } = await runCommands([command], 'forget', ...args, '--yes', '--by', 'kim', '--json');
  expect(code).toBe(0);
  return JSON.parse(out);
};

/** Has a mail wait, of an event so long ago. */
function wait(mail: string, of: { user_id: string; email: string }, agoMs = HOUR, data = {}): Promise<string> {
  const time = (Date.now() - agoMs).toString(16).padStart(12, '0');
  const id = `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${randomBytes(6).toString('hex')}`;
  const expires_at = new Date(side.clock.now().getTime() + 2 * HOUR).toISOString();
  return side.send({
    ...{ key: `${id}/listener/${mail}`, mail, to: of.email, userId: of.user_id },
    data: { first_name: 'Ann', token_id: newId(), expires_at, ...data },
  });
}

const suppress = ({ email }: { email: string }) =>
  side.suppressions.add({ hash: side.hasher.hash(email), address: email }, 'manual', { actor: 'kim', reason: 'asked' });
const listed = async () => (await side.suppressions.list(10)).map(({ address }) => address);

/** What becomes of waiting mails at their next try. */
async function statesOf(...keys: string[]): Promise<(string | undefined)[]> {
  await side.later(HOUR);
  return Promise.all(keys.map((key) => side.state(key)));
}

/** Keeps the tables as a backup does. */
async function backUp(): Promise<{ restore(): Promise<void> }> {
  const { sql } = side.database;
  const rows = await Promise.all(RESTORED.map((table) => sql(table)));
  return {
    async restore() {
      for (const [index, table] of RESTORED.entries()) {
        await sql(table).del();
        for (const row of rows[index] ?? []) await sql(table).insert(row);
      }
    },
  };
}

describe('a person who was erased and whom a backup has brought back', () => {
  it('is forgotten again: their mails end, and their address is kept from mail by its hash alone', async () => {
    const key = await wait('verification', ANN);
    await suppress(ANN);
    const backup = await backUp();
    await forgetPerson(side.database, side.hasher, { ...ANN, at: new Date() });
    await backup.restore();
    expect(await listed()).toEqual([ANN.email]);
    expect(await run(ANN.user_id)).toEqual({ id: ANN.user_id, mails: 1, addresses: 1, address_known: true });
    expect(await listed()).toEqual([undefined]);
    expect(await side.suppressions.has(side.hasher.hash(ANN.email))).toBe(true);
    expect(await statesOf(key)).toEqual(['failed']);
  });

  it('may be forgotten once more, which finds nothing', async () => {
    await wait('verification', ANN);
    await suppress(ANN);
    await run(ANN.user_id);
    expect(await run(ANN.user_id)).toMatchObject({ mails: 0, addresses: 0, address_known: true });
  });

  it('is mailed nothing that others asked for with the address, before the erasure', async () => {
    await wait('account-erased', ANN, 2 * HOUR);
    const [before, since] = [
      await wait('verification', { ...ANN, user_id: newId() }, 3 * HOUR),
      await wait('verification', { ...ANN, user_id: newId() }, HOUR),
    ];
    expect(await run(ANN.user_id)).toMatchObject({ mails: 1 });
    expect(await statesOf(before, since)).toEqual(['failed', 'deferred']);
  });

  it('takes nobody with them: not whom they wrote to, nor who has an earlier address of theirs', async () => {
    await wait('welcome', ANN);
    const asked = await wait('email-change', { ...ANN, email: BOB.email });
    const former = { user_id: newId(), email: 'ann@old.example' };
    await wait('email-changed', { ...ANN, email: former.email }, 2 * HOUR, { email: ANN.email });
    const theirs = [await wait('welcome', BOB), await wait('welcome', former)];
    for (const one of [BOB, former]) await suppress(one);
    await run(ANN.user_id);
    expect((await listed()).sort()).toEqual([BOB.email, undefined]);
    await side.database.sql('suppressions').del();
    expect(await statesOf(asked, ...theirs)).toEqual(['failed', 'deferred', 'deferred']);
  });

  it('whose mails the ledger has pruned is found by an address that is given, and said to be unknown without', async () => {
    await suppress(ANN);
    expect(await run(ANN.user_id)).toMatchObject({ addresses: 0, address_known: false });
    expect(await run(ANN.user_id, '--address', ANN.email)).toMatchObject({ addresses: 1, address_known: true });
    expect(await listed()).toEqual([undefined]);
  });

  it('is in the audit by their id, with who did it', async () => {
    await run(ANN.user_id, '--address', ANN.email);
    const entries = await new OperatorAudit(side.database).list({ limit: 2 });
    expect(entries).toMatchObject([{ operator: 'kim', action: 'forget', target: ANN.user_id, result: 'done' }]);
  });
});
