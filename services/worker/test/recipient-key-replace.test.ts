import { ReplicaBeat } from '@postern/durable';
import { ConfigError, idToBytes, MemoryLogger, newId } from '@postern/runtime';
import { runCommands } from '@postern/runtime/testing';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { recipientKeyCommands } from '../src/commands/recipient-key-commands.ts';
import { mailId } from '../src/mail/delivery/ledger/mail-identity.ts';
import { markRecipientKey, requireOwnRecipientKey } from '../src/mail/delivery/ledger/own-recipient-key.ts';
import { RecipientHasher } from '../src/mail/delivery/ledger/recipient.ts';
import { replaceRecipientKey } from '../src/mail/delivery/suppression/replace-recipient-key.ts';
import { SUPPRESSION_CAUSES } from '../src/mail/delivery/suppression/suppression-causes.ts';
import { OperatorAudit } from '../src/operators/operator-audit.ts';
import { type MailSide, openMailSide } from './support/mail-side.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';

const NEW_KEY = Buffer.alloc(32, 77);
const fresh = new RecipientHasher(NEW_KEY);
const by = { actor: 'kim', reason: 'asked for it' };
const addressOf = (cause: string) => `${cause}@example.com`;

let smtp: ScriptedSmtp;
let side: MailSide;

beforeEach(async () => {
  smtp = await ScriptedSmtp.start();
  side = await openMailSide({ SMTP_URL: smtp.url() });
  await markRecipientKey(side.database, side.hasher);
  vi.stubEnv('RECIPIENT_KEY', NEW_KEY.toString('base64'));
});

afterEach(async () => {
  await side.close();
  await smtp.close();
});

const open = (work: (parts: MailSide) => Promise<unknown>) => work(side) as Promise<never>;
const replace = (...args: string[]) =>
  runCommands(recipientKeyCommands(open), 'recipient-key', 'replace', '--by', 'kim', ...args);

/** One of each cause, and more than one step has. */
async function suppressMany(): Promise<void> {
  const suppress = (address: string, cause: (typeof SUPPRESSION_CAUSES)[number]) =>
    side.suppressions.add({ hash: side.hasher.hash(address), address }, cause, by);
  for (const cause of SUPPRESSION_CAUSES) await suppress(addressOf(cause), cause);
  for (let n = 0; n < 60; n++) await suppress(`a${n}@example.com`, 'bounced');
}

/** The list by address, without the hashes. */
async function listed() {
  const entries = await side.suppressions.list(100);
  return entries
    .map(({ recipientHash: _, ...entry }) => entry)
    .sort((a, b) => (a.address ?? '').localeCompare(b.address ?? ''));
}

/** A worker that starts with the new key. */
async function restarted(): Promise<MailSide> {
  const next = await openMailSide({ SMTP_URL: smtp.url(), RECIPIENT_KEY: NEW_KEY.toString('base64') }, side);
  onTestFinished(() => next.close());
  await markRecipientKey(next.database, next.hasher);
  return next;
}

describe('a RECIPIENT_KEY that is replaced', () => {
  it('leaves everybody whose address is known on the list, for the same cause, until the same time, with the history', async () => {
    await suppressMany();
    const before = await listed();
    expect((await replace('--yes')).code).toBe(0);
    expect(await listed()).toEqual(before);
    for (const { address = '', cause } of before) {
      expect(await side.suppressions.causeOf(fresh.hash(address)), address).toBe(cause);
      expect(await side.suppressions.audit(fresh.hash(address))).toMatchObject([{ action: `added: ${cause}` }]);
      expect(await side.suppressions.has(side.hasher.hash(address))).toBe(false);
    }
  });

  it('lets mail that guards an account reach whoever had complained, and no other mail', async () => {
    await suppressMany();
    await replace('--yes');
    const worker = await restarted();
    const to = addressOf('complained');
    expect(await worker.state(await worker.send({ mail: 'password-reset', key: newId(), to }))).toBe('accepted');
    expect(await worker.state(await worker.send({ to }))).toBe('suppressed');
    const gone = addressOf('bounced');
    expect(await worker.state(await worker.send({ mail: 'password-reset', key: newId(), to: gone }))).toBe(
      'suppressed',
    );
  });

  it('keeps what is known of whoever has a mail that waits, and the mail finds them', async () => {
    const waits = 'waits@example.com';
    const was = side.hasher.hash(waits);
    await side.optOuts.add(was, 'news', new Date('2026-01-31T12:00:00Z'));
    await side.suppressions.softBounce({ hash: was }, { at: side.clock.now(), reason: '452 full' });
    smtp.script = { rcpt: '451 4.3.0 later' };
    const key = await side.send({ to: waits });
    const sent = await side.send({ to: addressOf('manual'), key: newId(), mail: 'welcome' });
    await side.suppressions.add({ hash: was }, 'rejected', by);
    await replace('--yes');

    expect(await side.optOuts.of(fresh.hash(waits))).toEqual([{ mail: 'news', at: new Date('2026-01-31T12:00:00Z') }]);
    expect(await side.suppressions.causeOf(fresh.hash(waits))).toBe('rejected');
    const days = side.database.sql('soft_bounces').where({ recipient_hash: fresh.hash(waits) });
    expect(await days).toHaveLength(1);
    for (const [of, to] of [
      [key, waits],
      [sent, addressOf('manual')],
    ] as const) {
      expect((await side.ledger.find(mailId(of)))?.recipientHash).toEqual(fresh.hash(to));
    }
  });

  it('deletes what is of nobody that could be found, and says how much; what was sent stays', async () => {
    await suppressMany();
    const erased = side.hasher.hash('erased@example.com');
    await side.suppressions.add({ hash: erased }, 'manual', by);
    await side.suppressions.softBounce({ hash: erased }, { at: side.clock.now(), reason: '452 full' });
    for (const mail of ['news', 'offers']) await side.optOuts.add(erased, mail, side.clock.now());
    const key = await side.send({ to: 'done@example.com' });
    const { code, out } = await replace('--yes', '--json');
    expect({ code, ...JSON.parse(out) }).toEqual({
      ...{ code: 0, recipients: SUPPRESSION_CAUSES.length + 60 },
      deleted: { suppressions: 1, mail_opt_outs: 2, soft_bounces: 1, suppression_audit: 1 },
    });
    expect(await side.state(key)).toBe('accepted');
    expect(await new OperatorAudit(side.database).list({ limit: 1 })).toMatchObject([
      { operator: 'kim', action: 'recipient-key.replace', result: 'done', detail: expect.stringContaining('1 supp') },
    ]);
  });

  it('is the only one that a worker starts with from then on, and is not replaced by itself', async () => {
    await suppressMany();
    await replace('--yes');
    await restarted();
    await expect(requireOwnRecipientKey(side.database, side.hasher)).rejects.toThrow(ConfigError);
    const before = await listed();
    expect(await replace('--yes')).toMatchObject({
      code: 1,
      complaints: expect.stringContaining('nothing to replace'),
    });
    expect(await listed()).toEqual(before);
  });

  it('can be replaced by a command that is killed at any statement: no worker starts, and the next run ends it', async () => {
    await suppressMany();
    smtp.script = { rcpt: '451 4.3.0 later' };
    await side.send({ to: 'waits@example.com' });
    await side.optOuts.add(side.hasher.hash('waits@example.com'), 'news', side.clock.now());
    await side.optOuts.add(side.hasher.hash('unknown@example.com'), 'news', side.clock.now());
    const before = await listed();
    let left = Number.POSITIVE_INFINITY;
    side.database.sql.on('query', ({ sql }: { sql: string }) => {
      if (/^(select|insert|update|delete)/i.test(sql) && left-- <= 0) throw new Error('killed');
    });
    const killedAfter = async (statements: number): Promise<boolean> => {
      left = statements;
      const error: unknown = await replaceRecipientKey(side.database, fresh).catch((reason: unknown) => reason);
      left = Number.POSITIVE_INFINITY;
      if (error instanceof Error && error.message !== 'killed') throw error;
      return error instanceof Error;
    };
    // The first statements look whether there is a key to replace, and change nothing.
    let statements = 4;
    for (; statements < 5_000 && (await killedAfter(statements)); statements += 11) {
      for (const hasher of [side.hasher, fresh])
        await expect(requireOwnRecipientKey(side.database, hasher), `${statements}`).rejects.toThrow(/has not ended/);
    }
    expect(statements).toBeGreaterThan(100);
    await requireOwnRecipientKey(side.database, fresh);
    expect(await listed()).toEqual(before);
    expect(await side.optOuts.has(fresh.hash('waits@example.com'), 'news')).toBe(true);
    expect(await side.database.sql('mail_opt_outs')).toHaveLength(1);
    for (const { address = '', cause } of before)
      expect(await side.suppressions.causeOf(fresh.hash(address))).toBe(cause);
  });

  it('leaves of two entries for one recipient, by either key, the one that says more', async () => {
    const [ann, bob] = ['ann@example.com', 'bob@example.com'];
    const add = (hasher: RecipientHasher, address: string, cause: 'bounced' | 'rejected') =>
      side.suppressions.add({ hash: hasher.hash(address), address }, cause, by);
    await add(side.hasher, ann, 'bounced');
    await add(fresh, ann, 'rejected');
    await add(side.hasher, bob, 'rejected');
    await add(fresh, bob, 'bounced');
    for (const [hasher, day] of [
      [side.hasher, 2],
      [fresh, 1],
    ] as const) {
      await side.optOuts[day === 2 ? 'add' : 'end'](hasher.hash(ann), 'news', new Date(day * 1_000));
      await side.optOuts[day === 2 ? 'add' : 'end'](hasher.hash(bob), 'news', new Date((3 - day) * 1_000));
      await side.suppressions.softBounce({ hash: hasher.hash(ann) }, { at: side.clock.now(), reason: '452 full' });
    }
    // As a run that was broken off leaves it.
    await side.database.sql('recipient_key').update({ mark: Buffer.alloc(32) });
    await replace('--yes');
    expect((await listed()).map(({ address, cause }) => `${address} ${cause}`)).toEqual([
      `${ann} bounced`,
      `${bob} bounced`,
    ]);
    expect(await side.optOuts.has(fresh.hash(ann), 'news')).toBe(true);
    expect(await side.optOuts.has(fresh.hash(bob), 'news')).toBe(false);
  });
});

describe('recipient-key replace', () => {
  it('changes nothing without --yes', async () => {
    await suppressMany();
    expect(await replace()).toMatchObject({ code: 2, complaints: expect.stringContaining('add --yes') });
    await requireOwnRecipientKey(side.database, side.hasher);
  });

  it('changes nothing while a worker runs, and names one that may have been killed', async () => {
    await suppressMany();
    const beat = new ReplicaBeat(side.database, { version: 'test', logger: new MemoryLogger(), host: 'worker-1' });
    beat.start();
    await vi.waitUntil(async () => (await side.database.sql('replicas')).length > 0, { timeout: 120_000 });
    expect(await replace('--yes')).toMatchObject({ code: 1, complaints: expect.stringContaining('worker-1') });
    await requireOwnRecipientKey(side.database, side.hasher);
    await beat.stop();

    const seen_at = new Date(side.database.clock.now().getTime() - 60_000);
    const facts = JSON.stringify({ queues: [], parts: [] });
    const killed = { ...{ id: idToBytes(newId()), host: 'worker-2', version: 'test', facts }, loop_lag_ms: 0 };
    await side.database.sql('replicas').insert({ ...killed, started_at: seen_at, seen_at });
    expect(await replace('--yes')).toMatchObject({
      code: 0,
      complaints: expect.stringContaining('worker-2 did not say'),
    });
  });

  it('changes nothing where only the mark is that of another key, or nothing says that there was one', async () => {
    await side.suppressions.add({ hash: fresh.hash('ann@example.com'), address: 'ann@example.com' }, 'manual', by);
    expect((await replace('--yes')).complaints).toContain('DELETE FROM recipient_key');
    for (const table of ['suppressions', 'recipient_key']) await side.database.sql(table).del();
    await side.optOuts.add(side.hasher.hash('ann@example.com'), 'news', side.clock.now());
    expect((await replace('--yes')).complaints).toContain('start a worker');
    expect(await side.database.sql('mail_opt_outs')).toHaveLength(1);
  });
});
