import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DAY, type MailSide, openMailSide } from './support/mail-side.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';
import { FORWARDED_TO, sesNotices } from './support/ses-notices.ts';

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

const { bounce, complaint, notification } = sesNotices(() => smtp.read.at(-1)?.messageId ?? '');
const ofTheOther = (type: string, said?: string) => bounce(type, randomUUID(), FORWARDED_TO, undefined, said);

/** On each of so many days, the last of which is now, a mail is sent of which these notices come. */
async function hearOn(days: number, ...notices: (() => string)[]): Promise<void> {
  for (let day = 0; day < days; day++) {
    side.clock.forward(DAY);
    await side.send();
    for (const notice of notices) await side.providerEvents.handle({ body: notice(), sentAt: new Date() });
  }
}

describe('an address that forwards its mail', () => {
  it('is suppressed by a complaint of the one it forwards to, which is left alone', async () => {
    await hearOn(1, () => complaint('abuse', FORWARDED_TO));
    expect(await side.state(await side.send())).toBe('suppressed');
    expect(await side.state(await side.send({ to: FORWARDED_TO }))).toBe('accepted');
  });

  it.each(['Transient', 'Permanent'])(
    'is suppressed for a while by bounces on three days of the one it forwards to, which is left alone: %s',
    async (type) => {
      await hearOn(2, () => ofTheOther(type));
      expect(await side.suppressions.list(10)).toEqual([]);
      await hearOn(1, () => ofTheOther(type));
      expect(await side.suppressions.list(10)).toMatchObject([{ cause: 'soft-bounces', address: undefined }]);
      expect(await side.state(await side.send({ to: FORWARDED_TO }))).toBe('accepted');
    },
  );

  it('and keeps it, is not suppressed when what it forwards comes back', async () => {
    await hearOn(
      3,
      () => notification('Delivery'),
      () => ofTheOther('Permanent'),
    );
    expect(await side.suppressions.list(10)).toEqual([]);
  });

  it('and keeps it, is not suppressed for good when that is heard before the mail is reported to have arrived', async () => {
    await hearOn(
      1,
      () => ofTheOther('Permanent'),
      () => notification('Delivery'),
    );
    expect(await side.suppressions.list(10)).toEqual([]);
  });

  it('is not suppressed where the server that it forwards to takes nothing that was sent on', async () => {
    await hearOn(3, () => ofTheOther('Permanent', 'smtp; 550 5.7.26 Unauthenticated email is not accepted'));
    expect(await side.suppressions.list(10)).toEqual([]);
  });
});
