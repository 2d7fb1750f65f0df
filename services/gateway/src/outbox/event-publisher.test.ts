import type { Outbox } from '@postern/durable';
import { EnvelopeWriter, GATEWAY, MailFeedbackReceived, UserErased } from '@postern/events';
import { testKeys } from '@postern/events/testing';
import { SystemClock } from '@postern/runtime';
import { expect, it } from 'vitest';
import { ada, fakeTransaction as tx } from '../accounts/testing/fixtures.ts';
import { EventPublisher } from './event-publisher.ts';

/** The subjects of what it adds to the outbox. */
function publisher() {
  const subjects: unknown[] = [];
  const outbox = {
    add: async (_tx: unknown, _queue: string, { body }: { body: string }) => subjects.push(JSON.parse(body).subject),
  };
  const writer = new EnvelopeWriter(GATEWAY, testKeys('k1'));
  return { events: new EventPublisher(outbox as unknown as Outbox, writer, new SystemClock()), subjects };
}

it('an event is about the person whose id it carries, unless its publisher knows better', async () => {
  const { events, subjects } = publisher();
  const person = { user_id: ada.id, email: ada.email, first_name: ada.firstName, locale: 'en' };
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
  expect(subjects).toEqual([ada.id, 'another', undefined]);
});
