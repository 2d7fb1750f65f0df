import { EnvelopeWriter, WORKER } from '@postern/events';
import { testKeys } from '@postern/events/testing';
import { newId } from '@postern/runtime';
import { PermanentError } from '@postern/sqs';
import { MemorySender } from '@postern/sqs/testing';
import { describe, expect, it } from 'vitest';
import { defineMail } from '../content/define-mail.ts';
import { html } from '../content/html.ts';
import { MailCatalog } from '../content/mail-catalog.ts';
import { MailQueues } from './mail-queue.ts';

const Report = defineMail('report', (data: { text: unknown }) => ({
  subject: 'A report',
  html: html`<p>${String(data.text)}</p>`,
}));

const writer = new EnvelopeWriter(WORKER, testKeys('w1'));

async function queue(text: unknown, options: { to?: string; listener?: string; expiresAt?: string } = {}) {
  const sender = new MemorySender();
  const { to = 'ann@example.com', listener = 'send-report', ...rest } = options;
  const mails = new MailQueues(sender, new MailCatalog([Report]), writer).for({ listener, eventId: newId() });
  const refused = await mails.queue(Report, { to, data: { text }, ...rest }).catch((error: unknown) => error);
  return { sent: sender.sent, refused };
}

describe('a mail that is asked for', () => {
  it('is queued with its data', async () => {
    expect((await queue('short')).sent).toHaveLength(1);
  });

  it('names the person, for those who look for their mails', async () => {
    const sender = new MemorySender();
    const origin = { listener: 'send-report', eventId: newId(), userId: newId() };
    await new MailQueues(sender, new MailCatalog([Report]), writer)
      .for(origin)
      .queue(Report, { to: 'a@b.example', data: { text: '' } });
    expect(JSON.parse(sender.sent[0]?.message.body ?? '')).toMatchObject({ subject: origin.userId });
  });

  it.each<[string, string, Parameters<typeof queue>]>([
    ['too much data', 'mail-too-large', ['x'.repeat(300_000)]],
    ['data that JSON has no form for', 'invalid-data', [1n]],
    ['no address', 'invalid-data', ['', { to: 'x' }]],
    ['an expiry that is not a time', 'invalid-data', ['', { expiresAt: 'soon' }]],
    ['a key that is longer than the ledger takes', 'invalid-data', ['', { listener: 'x'.repeat(250) }]],
  ])('with %s is refused at once, where its listener and event are known', async (_what, reason, order) => {
    const { sent, refused } = await queue(...order);
    expect(refused).toBeInstanceOf(PermanentError);
    expect(refused).toMatchObject({ reason });
    expect(sent).toEqual([]);
  });
});
