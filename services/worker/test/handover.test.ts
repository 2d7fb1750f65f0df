import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mailId } from '../src/mail/delivery/ledger/mail-identity.ts';
import { DAY, HOUR, type MailSide, MINUTE, openMailSide } from './support/mail-side.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';

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

/** Starts to send and is held right before the body; resolves when it is there. */
async function heldBeforeBody<T>(send: () => Promise<T>): Promise<{ goOn: () => void; sent: Promise<T> }> {
  const held = Promise.withResolvers<void>();
  const next = smtp.count('data') + 1;
  smtp.script = { data: (count) => (count === next ? { say: '354 go on', when: held.promise } : '354 go on') };
  const reached = smtp.reaches('data');
  const sent = send();
  await reached;
  return { goOn: held.resolve, sent };
}

/** A mail whose first body a server may have, and that is due for its second. */
async function onceUnknown(): Promise<string> {
  smtp.script = { dot: 'reset' };
  const key = await side.send();
  smtp.script = {};
  side.clock.forward(MINUTE);
  return key;
}

describe('a body', () => {
  it('is not handed over when its link has expired while it waited', async () => {
    const key = crypto.randomUUID();
    const { goOn, sent } = await heldBeforeBody(() => side.send({ key }));
    side.clock.forward(DAY);
    goOn();
    await sent;
    await side.later(0);
    expect(await side.states(key)).toEqual(['sending', 'deferred', 'expired']);
    expect(smtp.read).toHaveLength(0);
  });

  it('counts from the commit right before it and not before, so that a sender that died earlier sent nothing', async () => {
    const key = crypto.randomUUID();
    const { goOn, sent } = await heldBeforeBody(() => side.send({ key }));
    expect((await side.ledger.find(mailId(key)))?.unknowns).toBe(0);
    const body = smtp.reaches('in-body');
    smtp.script = { ...smtp.script, 'in-body': 'silence' };
    goOn();
    await body;
    expect((await side.ledger.find(mailId(key)))?.unknowns).toBe(1);
    await side.delivery.stop();
    await sent;
    expect(await side.states(key)).toEqual(['sending', 'unknown']);
  });

  it('is not handed over by a replica whose lease ran out: another one has sent the mail', async () => {
    const key = crypto.randomUUID();
    const { goOn, sent } = await heldBeforeBody(() => side.send({ key }));
    const replica = await openMailSide({ SMTP_URL: smtp.url() }, side);
    try {
      await replica.later(HOUR);
      expect(await side.states(key)).toEqual(['sending', 'deferred']);
      await replica.later(MINUTE);
      expect(await side.state(key)).toBe('accepted');
      goOn();
      await sent;
      expect(smtp.read).toHaveLength(1);
    } finally {
      await replica.close();
    }
  });

  it('that was refused leaves nothing unknown behind', async () => {
    smtp.script = { dot: '451 4.3.0 later' };
    const key = await side.send();
    expect((await side.ledger.find(mailId(key)))?.unknowns).toBe(0);
    await side.later(HOUR);
    expect((await side.ledger.find(mailId(key)))?.unknowns).toBe(0);
  });
});

/** Rounds of what is due: on a busy machine the time of a try may be over before it comes to what the test is about. */
async function roundsUntil({ due, clock }: MailSide, reached: () => boolean): Promise<void> {
  for (;;) {
    await due.round();
    if (reached()) return;
    clock.forward(HOUR);
  }
}

describe('a second body', () => {
  it('is not handed over by a replica whose lease ran out: another one has sent the mail', async () => {
    const key = await onceUnknown();
    const { goOn, sent } = await heldBeforeBody(() => side.due.round());
    const replica = await openMailSide({ SMTP_URL: smtp.url() }, side);
    try {
      await replica.later(HOUR);
      await replica.later(MINUTE);
      expect(await side.state(key)).toBe('accepted');
      goOn();
      await sent;
      expect(smtp.read).toHaveLength(2);
      expect(await side.states(key)).toEqual(['sending', 'unknown', 'sending', 'unknown', 'sending', 'accepted']);
    } finally {
      await replica.close();
    }
  });

  it('is not handed over while the ledger cannot be written, and goes out when it can', async () => {
    const key = await onceUnknown();
    const { goOn, sent } = await heldBeforeBody(() => side.due.round());
    await side.database.sql.schema.renameTable('mails', 'mails_elsewhere');
    goOn();
    const said = () => side.logger.lines.some(({ message }) => /ledger cannot be written/.test(message));
    await expect.poll(said).toBe(true);
    expect(smtp.read).toHaveLength(1);

    await side.database.sql.schema.renameTable('mails_elsewhere', 'mails');
    await sent;
    expect(await side.state(key)).toBe('unknown');
    await side.later(MINUTE);
    expect(await side.state(key)).toBe('accepted');
    expect(smtp.read).toHaveLength(2);
  });

  it('is not used up by a try that ended while its note was being written', async () => {
    const key = await onceUnknown();
    const impatient = await openMailSide({ SMTP_URL: smtp.impatientUrl() }, side);
    try {
      const { goOn, sent } = await heldBeforeBody(() => roundsUntil(impatient, () => smtp.count('data') > 1));
      const locked = Promise.withResolvers<void>();
      const release = Promise.withResolvers<void>();
      const lock = side.database.transaction(async (tx) => {
        await tx.sql('mails').update({ mail: 'verification' });
        locked.resolve();
        await release.promise;
      });
      await locked.promise;
      goOn();
      await expect.poll(() => smtp.connections).toBe(0);
      release.resolve();
      await Promise.all([lock, sent]);
      expect((await side.ledger.find(mailId(key)))?.unknowns).toBe(1);
    } finally {
      await impatient.close();
    }
    await side.later(MINUTE);
    expect(await side.state(key)).toBe('accepted');
    expect(smtp.read).toHaveLength(2);
  });
});

describe('more mails than a slow provider can accept', () => {
  // A machine that stands still for longer than a mail may take spoils a try.
  it('wait without being cut off in the middle, and none is sent twice', { retry: 2 }, async () => {
    const slow = await openMailSide(
      { SMTP_URL: smtp.url('connections=2&send_timeout_ms=3000'), MAIL_LEASE_MS: '5000' },
      side,
    );
    try {
      smtp.script = { dot: () => ({ drip: '250', everyMs: 100 }) };
      const keys = await Promise.all(Array.from({ length: 30 }, () => slow.send()));
      const histories = () => Promise.all(keys.map((key) => side.states(key)));
      let states = await histories();
      // How many rounds it takes depends on the machine: a try that ends before its body waits for some minutes.
      for (let round = 0; round < 60 && states.some((history) => history.at(-1) !== 'accepted'); round++) {
        await slow.later(MINUTE);
        states = await histories();
      }
      expect(states.flat()).not.toContain('unknown');
      expect(states.map((history) => history.at(-1))).toEqual(keys.map(() => 'accepted'));
      expect(smtp.read).toHaveLength(keys.length);
      expect(slow.providers.all[0]?.breaker.state).toBe('closed');
    } finally {
      await slow.close();
    }
  });
});
