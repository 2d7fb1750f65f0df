import type { Inbox } from '@postern/durable';
import {
  defineEvent,
  EnvelopeReader,
  EnvelopeWriter,
  events,
  GATEWAY,
  type MessageDefinition,
  signEnvelope,
  UserRegistered,
} from '@postern/events';
import { testKeys } from '@postern/events/testing';
import { MemoryLogger, SystemClock } from '@postern/runtime';
import { PermanentError } from '@postern/sqs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { MailDefinition } from '../mail/content/define-mail.ts';
import { EmailChangedMail, EmailChangeNoticeMail, PasswordResetMail } from '../mail/content/mails/index.ts';
import { FakeMailer } from '../mail/testing/fake-mailer.ts';
import { hear } from '../mail/testing/hear.ts';
import { HandlerPaused } from '../pauses/handler-paused.ts';
import { withPolicies } from '../policies/with-policies.ts';
import { EventDispatcher } from './event-dispatcher.ts';
import { listeners } from './index.ts';
import { type Listener, type ListenerContext, listen } from './listen.ts';
import { sendPasswordReset } from './send-password-reset.ts';
import { tellEmailChangeRequested } from './tell-email-change-requested.ts';
import { tellEmailChanged } from './tell-email-changed.ts';

/** Keeps what has succeeded, as the real one does in its table. */
class FakeInbox {
  readonly done = new Set<string>();
  async once(...[listener, messageId, run, { signal } = {}]: Parameters<Inbox['once']>): ReturnType<Inbox['once']> {
    if (this.done.has(`${listener}/${messageId}`)) return 'repeat';
    signal?.throwIfAborted();
    await run();
    this.done.add(`${listener}/${messageId}`);
    return 'ran';
  }
}

const Shipped = defineEvent('order.shipped', 1, z.object({ order_id: z.string() }));
const keys = testKeys('g1');
const writer = new EnvelopeWriter(GATEWAY, keys);
const readerOf = (catalog: readonly MessageDefinition[]) => new EnvelopeReader(catalog, { [GATEWAY]: keys });
const context = {} as ListenerContext;
const firstTry = { attempt: 1, signal: new AbortController().signal };

function dispatcher(list: readonly Listener[], catalog: readonly MessageDefinition[] = [Shipped]): EventDispatcher {
  return new EventDispatcher(list, new FakeInbox() as unknown as Inbox, () => context, readerOf(catalog));
}

const { envelope, body } = writer.write(Shipped, { order_id: '7' });
const signed = (change: object) => signEnvelope({ [GATEWAY]: keys }, JSON.stringify({ ...envelope, ...change }));

describe('the dispatcher', () => {
  it('runs every listener of the event, each once however often it comes', async () => {
    const heard: string[] = [];
    const hear = (name: string) =>
      listen(Shipped, name, async ({ data }) => void heard.push(`${name} ${data.order_id}`));
    const both = dispatcher([hear('one'), hear('two')]);
    await both.handle({ body, ...firstTry });
    await both.handle({ body, ...firstTry });
    expect(heard).toEqual(['one 7', 'two 7']);
  });

  it('runs only the listener that failed when the event comes back for it', async () => {
    const heard: string[] = [];
    const list = [
      listen(Shipped, 'steady', async () => void heard.push('steady')),
      listen(Shipped, 'shaky', async () => {
        heard.push('shaky');
        if (heard.filter((name) => name === 'shaky').length === 1) throw new Error('not yet');
      }),
    ];
    const both = dispatcher(list);
    await expect(both.handle({ body, ...firstTry })).rejects.toThrow('not yet');
    await both.handle({ body, ...firstTry });
    expect(heard).toEqual(['steady', 'shaky', 'shaky']);
  });

  it('retries rather than gives up while one of its listeners may yet succeed', async () => {
    const never = listen(Shipped, 'never', async () => {
      throw new PermanentError('never');
    });
    const later = listen(Shipped, 'later', async () => {
      throw new Error('later');
    });
    await expect(dispatcher([never, later]).handle({ body, ...firstTry })).rejects.toThrow('later');
    await expect(dispatcher([never]).handle({ body, ...firstTry })).rejects.toThrow(PermanentError);
  });

  it('waits for a listener that is paused, whatever becomes of the others', async () => {
    const failing = listen(Shipped, 'failing', async () => {
      throw new Error('broken');
    });
    const refusing = listen(Shipped, 'refusing', async () => {
      throw new PermanentError('never');
    });
    const paused = listen(Shipped, 'paused', async () => {
      await Promise.resolve();
      throw new HandlerPaused('paused', 0);
    });
    await expect(dispatcher([failing, refusing, paused]).handle({ body, ...firstTry })).rejects.toThrow(HandlerPaused);
  });

  it('has an event wait, at no cost, that its listener with few tries has not begun with as the database was away', async () => {
    const away = Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED', fatal: true });
    const inbox = { once: () => Promise.reject(away) } as unknown as Inbox;
    const endOf = (...list: Listener[]) =>
      new EventDispatcher(list, inbox, () => context, readerOf([Shipped])).handle({ body, ...firstTry });
    const many = listen(Shipped, 'many', async () => {});
    const few = listen(Shipped, 'few', async () => {}, { tries: 3 });
    await expect(endOf(many)).rejects.toBe(away);
    await expect(endOf(many, few)).rejects.toMatchObject({ name: 'NotBegun', cause: away });
  });

  it('waits for a listener that its policies have not begun, whatever becomes of the others', async () => {
    const failing = listen(Shipped, 'failing', () => Promise.reject(new Error('broken')));
    const denied = { take: async () => ({ denial: { limit: 'x', at: new Date() } }) };
    const rate = { max: 1, seconds: 1 };
    const run = withPolicies('listener limited', { rate }, { rates: denied, clock: new SystemClock() });
    const given = { ...firstTry, log: new MemoryLogger() };
    const limited = listen(Shipped, 'limited', () => run(given, () => expect.unreachable('it ran')), { tries: 1 });
    await expect(dispatcher([failing, limited]).handle({ body, ...firstTry })).rejects.toThrow('the rate of 1');
  });

  it('does not begin with what its consumer has given up', async () => {
    let ran = false;
    const late = listen(Shipped, 'late', async () => {
      ran = true;
    });
    const signal = AbortSignal.abort(new Error('its time is up'));
    await expect(dispatcher([late]).handle({ body, attempt: 1, signal })).rejects.toThrow('its time is up');
    expect(ran).toBe(false);
  });

  it('states for each listener that it failed, and with what', async () => {
    const failing = (name: string) =>
      listen(Shipped, name, async () => {
        throw new Error(`${name} is broken`);
      });
    const noted: [string, unknown][] = [];
    const list = [failing('one'), listen(Shipped, 'two', async () => {}), failing('three')];
    const message = { body, ...firstTry, noteFailure: (part: string, error: unknown) => noted.push([part, error]) };
    await expect(dispatcher(list).handle(message)).rejects.toThrow('one is broken');
    expect(noted.map(([part, error]) => [part, (error as Error).message])).toEqual([
      ['one', 'one is broken'],
      ['three', 'three is broken'],
    ]);
  });

  it.each([
    ['not-json', '{'],
    ['not-an-envelope', '[]'],
    ['no-mac', JSON.stringify(envelope)],
    ['wrong-mac', body.replace('"7"', '"8"')],
    ['unknown-type', signed({ type: 'order.lost' })],
    ['unknown-version', signed({ dataversion: 2 })],
    ['invalid-data', signed({ data: { order_id: 7 } })],
  ])('gives up a message for the reason %s', async (reason, broken) => {
    await expect(dispatcher([]).handle({ body: broken, ...firstTry })).rejects.toMatchObject({
      name: 'PermanentError',
      reason,
    });
  });

  it('is not made with two listeners of one name', () => {
    const twice = listen(Shipped, 'twice', async () => {});
    expect(() => dispatcher([twice, twice])).toThrow(/two listeners are named "twice"/);
  });

  it('is not made with a listener to an event that no catalog has', () => {
    expect(() => dispatcher([listen(UserRegistered, 'lost', async () => {})])).toThrow(/not in the catalog/);
  });
});

describe('the listeners', () => {
  it('are known by names that no two share', () => {
    expect(() => dispatcher(listeners, events)).not.toThrow();
  });

  /** What nobody is to hear of: it exists so that the requests it stands for cost the same as those that did something. */
  const unheard = ['user.request_ignored'];

  // Postern's own events alone: those of a product may wait for their listener.
  it('hear every event about accounts and mails that somebody should hear of', () => {
    const heard = new Set(listeners.map(({ event }) => event.type));
    const ours = events.map(({ type }) => type).filter((type) => /^(user|mail)\./.test(type));
    expect(ours.filter((type) => !heard.has(type))).toEqual(unheard);
  });

  it('cannot have a name that no key may hold', () => {
    expect(() => listen(Shipped, 'Send it/now', async () => {})).toThrow(/lower case words/);
  });
});

describe('the mails about an address or a password that may be somebody else’s doing', () => {
  const ann = {
    user_id: '01981f00-0000-7000-8000-000000000001',
    email: 'ann@example.com',
    first_name: 'Ann',
    locale: 'en-GB',
  };
  const link = { token_id: '01981f00-0000-7000-8000-000000000002', expires_at: '2026-11-23T13:42:00.000Z' };
  const other = 'ann.miller@example.net';
  const origin = {
    at: '2026-11-23T13:12:00.000Z',
    device: 'Firefox on Linux',
    address_range: '203.0.113.0/24',
  };
  const facts = 'When: 23 November 2026 at 13:12 UTC\nDevice: Firefox on Linux\nNetwork: 203.0.113.0/24\n';
  const asked: readonly [Listener, MailDefinition<unknown>, object, string][] = [
    [sendPasswordReset, PasswordResetMail, { ...ann, ...link }, ann.email],
    [tellEmailChangeRequested, EmailChangeNoticeMail, { ...ann, ...link, new_email: other, owner: null }, ann.email],
    [tellEmailChanged, EmailChangedMail, { ...ann, email: other, old_email: ann.email }, ann.email],
  ];

  it.each(asked)('report when, with what and from where: $name', async (listener, mail, data, to) => {
    const mailer = new FakeMailer();
    await hear(listener, { ...data, ...origin }, mailer);
    mailer.expectMail(mail).to(to).saying(facts).once();
  });

  it.each(asked)('are sent without it for an event of an older release: $name', async (listener, mail, data, to) => {
    const mailer = new FakeMailer();
    await hear(listener, data, mailer);
    const { text } = mailer.expectMail(mail).to(to).saying('Hello Ann,').once().mail;
    expect(text).not.toMatch(/When:|Device:|Network:|Unknown|undefined/);
  });

  it('carry no more of an event than all of its origin or none', async () => {
    const mailer = new FakeMailer();
    const { at, device } = origin;
    for (const [listener, , data] of asked) await hear(listener, { ...data, at, device }, mailer);
    expect(mailer.queued.map(({ text }) => /When:|Device:/.test(text))).toEqual([false, false, false]);
  });

  it('bring the address that an account had the way back, and say nothing of it where there is none', async () => {
    const mailer = new FakeMailer();
    const changed = { ...ann, email: other, old_email: ann.email };
    await hear(tellEmailChanged, { ...changed, ...link }, mailer);
    const { text } = mailer.expectMail(EmailChangedMail).to(ann.email).saying('This was not me').once().mail;
    expect(text).toMatch(/restore-email\?token=/);
    expect(text).toMatch(/once, until 23 November 2026/);
    // Tried for as long as its link works, and not for a day.
    expect(mailer.queued.map(({ expiresAt }) => expiresAt)).toEqual([new Date(link.expires_at)]);
    const without = new FakeMailer();
    await hear(tellEmailChanged, changed, without);
    expect(without.queued.map((mail) => mail.text)).toEqual([expect.not.stringMatching(/restore-email|not me|until/)]);
  });

  it('tell the owner of an address what prevents its change', async () => {
    const mailer = new FakeMailer();
    await hear(tellEmailChangeRequested, { ...ann, ...link, new_email: other, owner: null }, mailer);
    mailer.expectMail(EmailChangeNoticeMail).saying(/A new password stops this change and signs out/);
  });
});
