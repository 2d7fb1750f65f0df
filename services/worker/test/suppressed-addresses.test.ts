import { randomUUID } from 'node:crypto';
import { newId } from '@postern/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { forgetPerson } from '../src/mail/delivery/ledger/forget-person.ts';
import { DAY, type MailSide, openMailSide } from './support/mail-side.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';
import { ADDRESS, sesNotices } from './support/ses-notices.ts';

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

function tell(body: string, sentAt = new Date()): Promise<void> {
  return side.providerEvents.handle({ body, sentAt });
}

/** On each of so many days, the last of which is now, a mail is sent that bounces. */
async function bounceOn(days: number, event = () => bounce('Transient')): Promise<void> {
  for (let day = 0; day < days; day++) {
    side.clock.forward(DAY);
    await side.send();
    await tell(event());
  }
}

const reset = () => side.send({ key: randomUUID(), mail: 'password-reset' });

describe('an address', () => {
  it.each([
    ['a hard bounce', () => bounce('Permanent')],
    ['a complaint', complaint],
  ])('is suppressed at once by %s', async (_what, event) => {
    await side.send();
    await tell(event());
    expect(await side.state(await side.send({ to: ADDRESS.toUpperCase() }))).toBe('suppressed');
  });

  it('of whoever was erased is on the list without being shown: the last mail that bounces is the one which confirms that', async () => {
    await side.send({ mail: 'account-erased', data: { first_name: 'Ann' } });
    await forgetPerson(side.database, side.hasher, { user_id: newId(), email: ADDRESS, at: new Date() });
    await tell(bounce('Permanent'));
    expect(await side.suppressions.list(10)).toMatchObject([{ cause: 'bounced', address: undefined }]);
  });

  it('is put on the list once by a complaint that comes twice: whoever took it off had known of it', async () => {
    await side.send();
    await tell(complaint());
    await side.later(DAY);
    const hash = side.hasher.hash(ADDRESS);
    expect(await side.suppressions.remove(hash, { actor: 'kim', reason: 'asked to be mailed again' })).toBe(true);
    await tell(complaint());
    expect(await side.suppressions.list(10)).toEqual([]);
    await side.send();
    await tell(complaint());
    expect(await side.suppressions.list(10)).toMatchObject([{ cause: 'complained' }]);
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
  ])(
    'that gets too much mail at the moment is suppressed for a while by hard bounces on three days: %s',
    async (said) => {
      const report = () => bounce('Permanent', randomUUID(), ADDRESS, 'General', said);
      await bounceOn(2, report);
      expect(await side.state(await side.send())).toBe('accepted');
      await bounceOn(1, report);
      expect(await side.suppressions.list(10)).toMatchObject([{ cause: 'soft-bounces' }]);
    },
  );

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

  it('is suppressed by soft bounces of three days that are reported at the same moment, once', async () => {
    // Many addresses, so that the moments of some do meet.
    const hashes = Array.from({ length: 30 }, (_, index) => side.hasher.hash(`ann+${index}@example.com`));
    const told = hashes.flatMap((hash) =>
      [0, 1, 2].map((days) => ({ hash, at: new Date(side.clock.now().getTime() - days * DAY) })),
    );
    const suppressed = await Promise.all(
      told.map(({ hash, at }) => side.suppressions.softBounce({ hash }, { at, reason: 'full' })),
    );
    expect(await Promise.all(hashes.map((hash) => side.suppressions.has(hash)))).not.toContain(false);
    expect(suppressed.filter(Boolean)).toHaveLength(hashes.length);
    for (const hash of hashes) expect(await side.suppressions.audit(hash)).toHaveLength(1);
  });

  it('is suppressed by soft bounces on three days of 7', async () => {
    await bounceOn(2);
    expect(await side.state(await side.send())).toBe('accepted');
    await bounceOn(1);
    expect(await side.state(await side.send())).toBe('suppressed');
  });

  it('is not suppressed by soft bounces on two days, however many', async () => {
    await bounceOn(1);
    await bounceOn(1);
    for (let n = 0; n < 5; n++) {
      await side.send();
      await tell(bounce('Transient'));
    }
    expect(await side.suppressions.list(10)).toEqual([]);
  });

  it('is not suppressed by the soft bounce of one mail that is reported on three days', async () => {
    await side.send();
    const notice = bounce('Transient');
    for (let day = 0; day < 3; day++) {
      await tell(notice);
      side.clock.forward(DAY);
    }
    expect(await side.suppressions.list(10)).toEqual([]);
  });

  it('is not suppressed by soft bounces on three days of a longer time', async () => {
    for (let week = 0; week < 3; week++) {
      await bounceOn(1);
      side.clock.forward(3 * DAY);
    }
    expect(await side.state(await side.send())).toBe('accepted');
  });

  it.each(['soft-bounces', 'refused-often', 'rejected'] as const)(
    'that is suppressed for a while still gets what guards the account: %s',
    async (cause) => {
      const change = { actor: 'worker', reason: 'told' };
      await side.suppressions.add({ hash: side.hasher.hash(ADDRESS) }, cause, change);
      expect(await side.state(await side.send())).toBe('suppressed');
      expect(await side.state(await reset())).toBe('accepted');
    },
  );

  it.each(['bounced', 'manual'] as const)('that is suppressed for good gets no mail at all: %s', async (cause) => {
    await side.suppressions.add({ hash: side.hasher.hash(ADDRESS) }, cause, { actor: 'kim', reason: 'told' });
    expect(await side.state(await side.send())).toBe('suppressed');
    expect(await side.state(await reset())).toBe('suppressed');
  });

  it('that is suppressed for a while is off the list once a mail sent since is reported to have arrived', async () => {
    await bounceOn(2);
    await side.send();
    const before = notification('Delivery');
    await tell(bounce('Transient'));
    await bounceOn(1);
    await tell(before);
    expect(await side.state(await side.send())).toBe('suppressed');
    side.clock.forward(DAY);
    await reset();
    await tell(notification('Delivery'));
    expect(await side.state(await side.send())).toBe('accepted');
    await bounceOn(2);
    expect(await side.suppressions.list(10)).toEqual([]);
  });

  it('whose owner called a mail spam stays on the list for that when a mail arrives', async () => {
    await side.send();
    await tell(complaint());
    side.clock.forward(DAY);
    await reset();
    await tell(notification('Delivery'));
    expect(await side.state(await side.send())).toBe('suppressed');
  });

  it('that was suppressed by soft bounces gets mail again by itself, and one that was not found does not', async () => {
    await bounceOn(3);
    expect(await side.state(await side.send())).toBe('suppressed');
    side.clock.forward(15 * DAY);
    expect(await side.state(await side.send())).toBe('accepted');
    expect(await side.suppressions.list(10)).toEqual([]);
    await tell(bounce('Permanent'));
    side.clock.forward(1_000 * DAY);
    expect(await side.state(await side.send())).toBe('suppressed');
  });

  it('that is suppressed for a while is so for good once it is reported not to exist', async () => {
    await bounceOn(3);
    await tell(bounce('Permanent'));
    expect(await side.suppressions.list(10)).toMatchObject([{ cause: 'bounced', endsAt: undefined }]);
    expect(await side.suppressions.audit(side.hasher.hash(ADDRESS))).toHaveLength(2);
  });

  it('whose owner called a mail spam still gets what guards the account, until it is reported not to exist', async () => {
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
