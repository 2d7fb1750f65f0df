import { MailUnsubscribed, readUnsubscribeToken } from '@postern/events';
import { bytesToId, SecretRing } from '@postern/runtime';
import { simpleParser } from 'mailparser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Listener } from '../src/listeners/listen.ts';
import { recordResubscribe } from '../src/listeners/record-resubscribe.ts';
import { recordUnsubscribe } from '../src/listeners/record-unsubscribe.ts';
import { defineMail } from '../src/mail/content/define-mail.ts';
import { html } from '../src/mail/content/html.ts';
import { MailCatalog } from '../src/mail/content/mail-catalog.ts';
import { mailId } from '../src/mail/delivery/ledger/mail-identity.ts';
import { sendAgain } from '../src/mail/delivery/send-again.ts';
import { FakeMailer } from '../src/mail/testing/fake-mailer.ts';
import { hear } from '../src/mail/testing/hear.ts';
import { dkimKeys, readDkimSignature } from './support/dkim.ts';
import { type MailSide, openMailSide, TEST_SECRETS } from './support/mail-side.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';

const NewsMail = defineMail('news', { transactional: false }, () => ({ subject: 'News', html: html`<p>News.</p>` }));
const OffersMail = defineMail('offers', { transactional: false }, () => ({
  subject: 'Offers',
  html: html`<p>Offers.</p>`,
}));
const ReceiptMail = defineMail('receipt', () => ({ subject: 'Receipt', html: html`<p>Thank you.</p>` }));
const catalog = new MailCatalog([NewsMail, OffersMail, ReceiptMail]);
const keys = await dkimKeys();

let smtp: ScriptedSmtp;
let side: MailSide;

beforeEach(async () => {
  smtp = await ScriptedSmtp.start();
  side = await openMailSide({ SMTP_URL: smtp.url(), ...keys.dkim }, undefined, catalog);
});

afterEach(async () => {
  await side.close();
  await smtp.close();
});

async function sent(mail: string) {
  await side.send({ key: crypto.randomUUID(), mail, data: {} });
  const source = smtp.read.at(-1)?.source ?? '';
  return { source, parsed: await simpleParser(source) };
}

/** What the gateway publishes for the link that a mail carries, which was followed at this time. */
async function follow(source: string, listener: Listener = recordUnsubscribe, at = new Date()): Promise<void> {
  const link = /^List-Unsubscribe: *<([^>]+)>/im.exec(source.replace(/\r\n[ \t]+/g, ''))?.[1] ?? '';
  const key = SecretRing.parse(TEST_SECRETS.LINK_KEY);
  const { recipient, mail } = readUnsubscribeToken(key, new URL(link).searchParams.get('token') ?? '') ?? {};
  const data = MailUnsubscribed.schema.parse({ recipient: Buffer.from(recipient ?? []).toString('base64url'), mail });
  await hear(listener, data, new FakeMailer(), { optOuts: side.optOuts, at });
}

describe('a mail that is not transactional', () => {
  it('has the one-click link in its headers, and DKIM covers both of them (RFC 8058)', async () => {
    const { source, parsed } = await sent('news');
    expect(source).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m);
    const { unsubscribe } = parsed.headers.get('list') as unknown as { unsubscribe: { url: string } };
    expect(unsubscribe.url).toMatch(/^https:\/\/accounts\.example\.com\/unsubscribe\?token=[\w-]+\.[\w-]{86,}$/);
    const signature = readDkimSignature(source, keys.publicKey);
    expect(signature).toMatchObject({ body: 'good', headers: 'good' });
    expect(signature.h.split(':')).toEqual(expect.arrayContaining(['list-unsubscribe', 'list-unsubscribe-post']));
  });

  it('has the link at its end, in both parts', async () => {
    const { parsed } = await sent('news');
    expect(parsed.text).toMatch(/Unsubscribe from these messages[\s\S]*unsubscribe\?token=/);
    expect(parsed.html).toMatch(
      /<a href="https:[^"]*unsubscribe\?token=[^"]*"[^>]*>Unsubscribe from these messages<\/a>/,
    );
  });

  it('is not sent to whoever has unsubscribed from it, and reports it in the ledger', async () => {
    const { source } = await sent('news');
    await follow(source);
    await follow(source);
    const key = await side.send({ key: crypto.randomUUID(), mail: 'news', data: {} });
    expect(await side.states(key)).toEqual(['suppressed']);
    expect(smtp.read).toHaveLength(1);
  });

  it.each([
    ['in that order', [recordUnsubscribe, recordResubscribe]],
    ['the other way round', [recordResubscribe, recordUnsubscribe]],
    ['both twice', [recordResubscribe, recordUnsubscribe, recordResubscribe, recordUnsubscribe]],
  ])('is sent again to whoever has taken it back after that, though both are heard %s', async (_order, heard) => {
    const { source } = await sent('news');
    for (const listener of heard) {
      await follow(source, listener, new Date(listener === recordUnsubscribe ? 1_000 : 2_000));
    }
    const key = await side.send({ key: crypto.randomUUID(), mail: 'news', data: {} });
    expect(await side.state(key)).toBe('accepted');
  });

  it('is not sent to whoever has unsubscribed once more after taking it back', async () => {
    const { source } = await sent('news');
    await follow(source, recordUnsubscribe, new Date(1_000));
    await follow(source, recordResubscribe, new Date(2_000));
    await follow(source, recordUnsubscribe, new Date(3_000));
    const key = await side.send({ key: crypto.randomUUID(), mail: 'news', data: {} });
    expect(await side.states(key)).toEqual(['suppressed']);
  });

  it('that an unsubscription kept back is sent by an operator once that was taken back, and left alone before', async () => {
    await follow((await sent('news')).source);
    const key = await side.send({ key: crypto.randomUUID(), mail: 'news', data: {} });
    const retry = () => sendAgain(side, bytesToId(mailId(key)), 'kim');
    await retry();
    await side.later(1);
    expect(await side.state(key)).toBe('suppressed');

    await side.optOuts.takeBack(side.hasher.hash('ann@example.com'), 'news', new Date());
    await retry();
    await side.later(1);
    expect(await side.state(key)).toBe('accepted');
  });

  it('ends alone: other mails, and others who get it, are left alone', async () => {
    await follow((await sent('news')).source);
    for (const order of [{ mail: 'offers' }, { mail: 'receipt' }, { mail: 'news', to: 'bob@example.com' }]) {
      expect(await side.state(await side.send({ key: crypto.randomUUID(), data: {}, ...order }))).toBe('accepted');
    }
  });
});

it('a transactional mail cannot be unsubscribed from, and has no link to do so', async () => {
  const { source, parsed } = await sent('receipt');
  expect(source).not.toMatch(/^List-/m);
  expect(parsed.text).not.toContain('unsubscribe');
});
