import { newId } from '@postern/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { forgetFormerAddress } from '../src/listeners/forget-former-address.ts';
import { forgetAddress, forgetPerson } from '../src/mail/delivery/ledger/forget-person.ts';
import { FakeMailer } from '../src/mail/testing/fake-mailer.ts';
import { hear } from '../src/mail/testing/hear.ts';
import { type MailSide, openMailSide } from './support/mail-side.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';
import { ADDRESS, sesNotices } from './support/ses-notices.ts';

const moved = {
  user_id: newId(),
  first_name: 'Ann',
  email: 'ann@new.example',
  old_email: ADDRESS,
  locale: 'en',
  at: new Date().toISOString(),
  device: 'Firefox on Linux',
  address_range: '203.0.113.0/24',
};

let smtp: ScriptedSmtp;
let side: MailSide;

beforeEach(async () => {
  smtp = await ScriptedSmtp.start();
  side = await openMailSide({ SMTP_URL: smtp.url() });
});

afterEach(async () => {
  await side.close();
  await smtp.close();
});

const { bounce } = sesNotices(() => smtp.read.at(-1)?.messageId ?? '');
const told = () => side.send({ mail: 'email-changed', userId: moved.user_id, data: moved });
const bounces = () => side.providerEvents.handle({ body: bounce('Permanent'), sentAt: new Date() });
const forget = () => {
  const tools = { forgetAddress: (email: string) => forgetAddress(side.database, side.hasher, email) };
  return hear(forgetFormerAddress, moved, new FakeMailer(), tools);
};

describe('an address that its person has no more', () => {
  it('is on the list as a hash alone from then on, and gets no mail as before', async () => {
    await side.send();
    await bounces();
    expect(await side.suppressions.list(10)).toMatchObject([{ address: ADDRESS }]);
    await forget();
    expect(await side.suppressions.list(10)).toMatchObject([{ cause: 'bounced', address: undefined }]);
    expect(await side.state(await side.send())).toBe('suppressed');
  });

  it('comes back by no report of a bounce', async () => {
    await told();
    await bounces();
    expect(await side.suppressions.list(10)).toMatchObject([{ cause: 'bounced', address: undefined }]);
  });

  it('comes back by no report that is late, when they have been erased', async () => {
    await told();
    await forgetPerson(side.database, side.hasher, { ...moved, at: side.clock.now() });
    await bounces();
    expect(await side.suppressions.list(10)).toMatchObject([{ cause: 'bounced', address: undefined }]);
  });

  it('is all that is forgotten: another one is listed as before', async () => {
    const bob = 'bob@example.com';
    await side.suppressions.add({ hash: side.hasher.hash(bob), address: bob }, 'manual', {
      actor: 'kim',
      reason: 'asked',
    });
    await told();
    await forget();
    expect(await side.suppressions.list(10)).toMatchObject([{ address: bob }]);
  });
});
