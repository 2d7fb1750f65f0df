import type { Outbox } from '@postern/durable';
import {
  defineSubscriber,
  EnvelopeWriter,
  GATEWAY,
  MailFeedbackReceived,
  UserErased,
  UserRolesChanged,
} from '@postern/events';
import { testKeys } from '@postern/events/testing';
import { SystemClock } from '@postern/runtime';
import { expect, it } from 'vitest';
import { ada, fakeTransaction as tx } from '../accounts/testing/fixtures.ts';
import { EventPublisher } from './event-publisher.ts';

const billing = defineSubscriber('billing', [UserErased, UserRolesChanged]);
const search = defineSubscriber('search', [UserErased]);
const person = { user_id: ada.id, email: ada.email, first_name: ada.firstName, locale: 'en' };

/** What it adds to the outbox, by queue. */
function publisher() {
  const added: { queue: string; id: string; envelope: Record<string, unknown> }[] = [];
  const outbox = {
    add: async (_tx: unknown, queue: string, { id, body }: { id: string; body: string }) =>
      added.push({ queue, id, envelope: JSON.parse(body) }),
  };
  const writer = new EnvelopeWriter(GATEWAY, testKeys('k1'));
  return {
    events: new EventPublisher(outbox as unknown as Outbox, writer, new SystemClock(), [billing, search]),
    added,
  };
}

it('an event is about the person whose id it carries, unless its publisher knows better', async () => {
  const { events, added } = publisher();
  await events.dispatch(tx, UserErased, person);
  await events.dispatch(tx, UserErased, person, { subject: 'another' });
  const feedback = {
    notice_id: 'n1',
    kind: 'complaint',
    message_id: '<m1>',
    recipient: ada.email,
    reason: '',
  } as const;
  await events.dispatch(tx, MailFeedbackReceived, feedback);
  const subjects = added.filter(({ queue }) => queue === 'events').map(({ envelope }) => envelope.subject);
  expect(subjects).toEqual([ada.id, 'another', undefined]);
});

it('another team is sent a copy of what it hears, with the fields that are shared alone and no signature', async () => {
  const { events, added } = publisher();
  await events.dispatch(tx, UserRolesChanged, { ...person, roles: ['admin'] });
  const [own, copy] = added;
  expect(added.map(({ queue }) => queue)).toEqual(['events', 'for-billing']);
  expect(own?.envelope).toMatchObject({ data: { email: ada.email }, mac: expect.any(String) });
  const { mac: _, data: __, ...envelope } = own?.envelope ?? {};
  expect(copy?.envelope).toEqual({ ...envelope, data: { user_id: ada.id, roles: ['admin'] } });
});

it('a team that does not hear an event is sent none of it', async () => {
  const { events, added } = publisher();
  await events.dispatch(tx, UserErased, person);
  expect(added.map(({ queue }) => queue)).toEqual(['events', 'for-billing', 'for-search']);
  expect(new Set(added.map(({ id }) => id)).size).toBe(1);
});
