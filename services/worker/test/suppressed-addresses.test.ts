import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DAY, type MailSide, openMailSide } from './support/mail-side.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';
import { ADDRESS, FORWARDED_TO, sesNotices } from './support/ses-notices.ts';

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

const { bounce, complaint } = sesNotices(() => smtp.read.at(-1)?.messageId ?? '');

function tell(body: string, sentAt = new Date()): Promise<void> {
  return side.providerEvents.handle({ body, sentAt });
}

describe('an address', () => {
  it.each([
    ['a hard bounce', () => bounce('Permanent')],
    ['a complaint', complaint],
  ])('is suppressed at once by %s', async (_what, event) => {
    await side.send();
    await tell(event());
    expect(await side.state(await side.send({ to: ADDRESS.toUpperCase() }))).toBe('suppressed');
  });

  it.each([
    ['a hard bounce', () => bounce('Permanent', randomUUID(), FORWARDED_TO)],
    ['a complaint', () => complaint('abuse', FORWARDED_TO)],
  ])(
    'that forwards its mail is suppressed by %s of the one it forwards to, which is left alone',
    async (_what, event) => {
      await side.send();
      await tell(event());
      expect(await side.state(await side.send())).toBe('suppressed');
      expect(await side.state(await side.send({ to: FORWARDED_TO }))).toBe('accepted');
    },
  );

  it('that forwards its mail is suppressed by the third soft bounce of the one it forwards to', async () => {
    await side.send();
    const notice = bounce('Transient', randomUUID(), FORWARDED_TO);
    await tell(notice);
    await tell(notice);
    await tell(bounce('Transient', randomUUID(), FORWARDED_TO));
    expect(await side.state(await side.send())).toBe('accepted');
    await tell(bounce('Transient', randomUUID(), FORWARDED_TO));
    expect(await side.state(await side.send())).toBe('suppressed');
  });

  it.each([
    'smtp; 550 5.7.1 Blocked by our policy',
    'smtp; 550 relay not permitted',
    'smtp; 550 Your IP is blocked',
    'smtp; 554 authentication required',
    'smtp; 550 Sender verify failed',
    'smtp; 554 5.3.0 rejected by our spam filter',
  ])('is not suppressed by a hard bounce of a server that blocks us: %s', async (said) => {
    await side.send();
    await tell(bounce('Permanent', randomUUID(), ADDRESS, 'General', said));
    expect(await side.suppressions.list(10)).toEqual([]);
    expect(await side.state(await side.send())).toBe('accepted');
  });

  it.each([
    'smtp; 550-5.2.1 The user you are trying to contact is receiving mail at a rate that 550-5.2.1 prevents additional messages from being delivered. 550 5.2.1 https://support.google.com/mail/?p=ReceivingRatePerm - gsmtp',
    'smtp; 554 5.2.122 The recipient has exceeded their limit for the number of messages they can receive per hour.',
  ])('that gets too much mail at the moment is not suppressed by its hard bounce, but by many: %s', async (said) => {
    await side.send();
    const report = () => tell(bounce('Permanent', randomUUID(), ADDRESS, 'General', said));
    await report();
    expect(await side.state(await side.send())).toBe('accepted');
    await report();
    await report();
    expect(await side.suppressions.list(10)).toMatchObject([{ cause: 'soft-bounces' }]);
  });

  it.each([
    'smtp; 550 5.1.1 Recipient rejected by policy: user unknown',
    'smtp; 550 no such user',
    'no diagnostic code',
  ])('is suppressed by any other hard bounce: %s', async (said) => {
    await side.send();
    await tell(bounce('Permanent', randomUUID(), ADDRESS, 'General', said));
    expect(await side.state(await side.send())).toBe('suppressed');
  });

  it('that is suppressed for two causes at the same moment is so for the heavier', async () => {
    const hashes = Array.from({ length: 20 }, (_, index) => side.hasher.hash(`ann+${index}@example.com`));
    const change = { actor: 'worker', reason: 'told' };
    await Promise.all(
      hashes.flatMap((hash, index) => {
        const causes = ['soft-bounces', 'complained', 'rejected'] as const;
        return (index % 2 ? causes : causes.toReversed()).map((cause) =>
          side.suppressions.add({ hash }, cause, change),
        );
      }),
    );
    const list = await side.suppressions.list(50);
    expect(new Set(list.map(({ cause }) => cause))).toEqual(new Set(['complained']));
    expect(list).toHaveLength(hashes.length);
  });

  it('that was on the list before stays on it when what a provider said since is taken back', async () => {
    const hash = side.hasher.hash(ADDRESS);
    await side.suppressions.add({ hash }, 'rejected', { actor: 'worker', reason: 'an earlier day' });
    side.clock.forward(DAY);
    const since = side.clock.now();
    const change = { actor: 'worker', reason: 'one after the other' };
    expect(await side.suppressions.undo({ recipientHash: hash, since }, 'rejected', change)).toBe(false);
    expect(await side.suppressions.has(hash)).toBe(true);
  });

  it('is suppressed by three soft bounces that are reported at the same moment, once', async () => {
    // Many addresses, so that the moments of some do meet.
    const hashes = Array.from({ length: 30 }, (_, index) => side.hasher.hash(`ann+${index}@example.com`));
    const told = hashes.flatMap((hash) =>
      [1, 2, 3].map(() => ({ hash, notice: { id: randomUUID(), reason: 'full' } })),
    );
    const suppressed = await Promise.all(
      told.map(({ hash, notice }) => side.suppressions.softBounce({ hash }, notice)),
    );
    expect(await Promise.all(hashes.map((hash) => side.suppressions.has(hash)))).not.toContain(false);
    expect(suppressed.filter(Boolean)).toHaveLength(hashes.length);
    for (const hash of hashes) expect(await side.suppressions.audit(hash)).toHaveLength(1);
  });

  it('is suppressed by the third soft bounce in 7 days, each notice counted once', async () => {
    await side.send();
    const notice = bounce('Transient');
    await tell(notice);
    await tell(notice);
    await tell(bounce('Transient'));
    expect(await side.state(await side.send())).toBe('accepted');
    await tell(bounce('Transient'));
    expect(await side.state(await side.send())).toBe('suppressed');
  });

  it('is not suppressed by three soft bounces in a longer time', async () => {
    await side.send();
    for (let week = 0; week < 3; week++) {
      await tell(bounce('Transient'));
      side.clock.forward(4 * DAY);
    }
    expect(await side.state(await side.send())).toBe('accepted');
  });

  it('that was suppressed by soft bounces gets mail again by itself, and one that was not found does not', async () => {
    await side.send();
    for (let n = 0; n < 3; n++) await tell(bounce('Transient'));
    expect(await side.state(await side.send())).toBe('suppressed');
    side.clock.forward(15 * DAY);
    expect(await side.state(await side.send())).toBe('accepted');
    expect(await side.suppressions.list(10)).toEqual([]);
    await tell(bounce('Permanent'));
    side.clock.forward(1_000 * DAY);
    expect(await side.state(await side.send())).toBe('suppressed');
  });

  it('that is suppressed for a while is so for good once it is reported not to exist', async () => {
    await side.send();
    for (let n = 0; n < 3; n++) await tell(bounce('Transient'));
    await tell(bounce('Permanent'));
    expect(await side.suppressions.list(10)).toMatchObject([{ cause: 'bounced', endsAt: undefined }]);
    expect(await side.suppressions.audit(side.hasher.hash(ADDRESS))).toHaveLength(2);
  });

  it('whose owner called a mail spam still gets what guards the account, until it is reported not to exist', async () => {
    const reset = () => side.send({ key: randomUUID(), mail: 'password-reset' });
    await side.send();
    await tell(complaint());
    expect(await side.state(await side.send())).toBe('suppressed');
    expect(await side.state(await reset())).toBe('accepted');
    await tell(bounce('Permanent'));
    expect(await side.state(await reset())).toBe('suppressed');
  });

  it('has its history as long as it is on the list, and once it is off it as long as what operators do is kept', async () => {
    const hash = side.hasher.hash(ADDRESS);
    const scheduler = await side.scheduler();
    await side.suppressions.add({ hash }, 'manual', { actor: 'kim', reason: 'asked for it' });
    side.clock.forward(500 * DAY);
    await scheduler.tick();
    expect(await side.suppressions.audit(hash)).toHaveLength(1);
    await side.suppressions.remove(hash, { actor: 'kim', reason: 'asked for it' });
    side.clock.forward(DAY);
    await scheduler.tick();
    expect(await side.suppressions.audit(hash)).toEqual([]);
  });

  it('gets mail again when it is taken off the list, and the audit log says who did what and why', async () => {
    const hash = side.hasher.hash(ADDRESS);
    await side.suppressions.add({ hash, address: ADDRESS }, 'manual', { actor: 'kim', reason: 'asked us to' });
    await side.suppressions.remove(hash, { actor: 'lee', reason: 'asked again' });
    expect(await side.state(await side.send())).toBe('accepted');
    expect(await side.suppressions.audit(hash)).toMatchObject([
      { action: 'added: manual', actor: 'kim', reason: 'asked us to' },
      { action: 'removed', actor: 'lee', reason: 'asked again' },
    ]);
  });
});
