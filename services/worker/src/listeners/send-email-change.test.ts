import {
  EnvelopeReader,
  EnvelopeWriter,
  events,
  GATEWAY,
  signEnvelope,
  UserEmailChangeRequested,
} from '@postern/events';
import { testKeys } from '@postern/events/testing';
import { languages, messages } from '@postern/locales';
import { describe, expect, it } from 'vitest';
import { AddressTakenMail, EmailChangeMail } from '../mail/content/mails/index.ts';
import { FakeMailer } from '../mail/testing/fake-mailer.ts';
import { hear } from '../mail/testing/hear.ts';
import { sendEmailChange } from './send-email-change.ts';

const keys = testKeys('g1');
const writer = new EnvelopeWriter(GATEWAY, keys);

describe('the mail to an address that somebody wants to move to', () => {
  const data = {
    ...{ user_id: '01981f00-0000-7000-8000-000000000001', email: 'ann@example.com', first_name: 'Ann', locale: 'en' },
    ...{ token_id: '01981f00-0000-7000-8000-000000000002', expires_at: '2026-11-23T13:42:00.000Z' },
    new_email: 'bob@example.net',
  };

  it('has the link while nobody has the address', async () => {
    const mailer = new FakeMailer();
    await hear(sendEmailChange, { ...data, owner: null }, mailer);
    mailer.expectMail(EmailChangeMail).to('bob@example.net').saying('Hello Ann,').once();
  });

  it.each(languages)(
    'tells its owner in %s, when it has one, and has neither link nor name of whoever asked',
    async (locale) => {
      const mailer = new FakeMailer();
      await hear(sendEmailChange, { ...data, owner: { first_name: 'Bob', locale } }, mailer);
      const words = messages[locale].greeting('Bob');
      const { text } = mailer.expectMail(AddressTakenMail).to('bob@example.net').saying(words).once().mail;
      expect(text).not.toMatch(/Ann\b|ann@|change-email/);
    },
  );

  it('mails nothing to an owner whose account is disabled: neither to sign in nor to erase it is theirs to do', async () => {
    const mailer = new FakeMailer();
    await hear(sendEmailChange, { ...data, owner: { first_name: 'Bob', locale: 'en', disabled: true } }, mailer);
    mailer.expectNoMail();
  });

  it('reads events of the release before, which were published for free addresses only', () => {
    const { envelope: old } = writer.write(UserEmailChangeRequested, { ...data, owner: null });
    const { owner: _owner, ...before } = old.data;
    const body = signEnvelope({ [GATEWAY]: keys }, JSON.stringify({ ...old, dataversion: 1, data: before }));
    expect(new EnvelopeReader(events, { [GATEWAY]: keys }).read(body).envelope.data).toMatchObject({
      new_email: 'bob@example.net',
      owner: null,
    });
  });
});
