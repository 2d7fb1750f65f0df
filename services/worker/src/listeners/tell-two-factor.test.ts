import { languages } from '@postern/locales';
import { expect, it } from 'vitest';
import {
  RecoveryCodesRenewedMail,
  RecoveryCodeUsedMail,
  TwoFactorLockedMail,
  TwoFactorRemovedMail,
} from '../mail/content/mails/index.ts';
import { FakeMailer } from '../mail/testing/fake-mailer.ts';
import { hear } from '../mail/testing/hear.ts';
import { tellRecoveryCodeUsed } from './tell-recovery-code-used.ts';
import { tellRecoveryCodesRenewed } from './tell-recovery-codes-renewed.ts';
import { tellTwoFactorLocked } from './tell-two-factor-locked.ts';
import { tellTwoFactorRemoved } from './tell-two-factor-removed.ts';

const ann = { user_id: '01981f00-0000-7000-8000-000000000001', email: 'ann@example.com', first_name: 'Ann' };
const origin = { at: '2026-11-23T12:00:00.000Z', device: 'Firefox on Linux', address_range: '203.0.113.0/24' };

it.each(languages)(
  'tells of a locked and of a removed second factor, and of recovery codes that are new or were used, in %s',
  async (locale) => {
    const mailer = new FakeMailer();
    await hear(tellTwoFactorLocked, { ...ann, locale, ...origin }, mailer);
    await hear(tellTwoFactorRemoved, { ...ann, locale }, mailer);
    await hear(tellRecoveryCodeUsed, { ...ann, locale, ...origin }, mailer);
    mailer.expectMail(RecoveryCodeUsedMail).to(ann.email).inLocale(locale).saying(origin.address_range).once();
    await hear(tellRecoveryCodesRenewed, { ...ann, locale, ...origin }, mailer);
    mailer.expectMail(RecoveryCodesRenewedMail).to(ann.email).inLocale(locale).saying(origin.address_range).once();
    mailer.expectMail(TwoFactorLockedMail).to(ann.email).inLocale(locale).saying(origin.address_range).once();
    const { mail } = mailer.expectMail(TwoFactorRemovedMail).to(ann.email).inLocale(locale).once();
    // Not where the administrator sits.
    expect(mail.html).not.toContain(origin.address_range);
  },
);
