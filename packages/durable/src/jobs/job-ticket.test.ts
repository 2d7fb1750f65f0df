import { newId } from '@postern/runtime';
import { expect, test } from 'vitest';
import { claimedTicket, writeTicket } from './job-ticket.ts';

test('a ticket is read as it was written, and a job that belongs to nothing has no attribute', () => {
  const ticket = { key: 'k', group: newId(), position: 3, schedule: 'nightly' };
  expect(claimedTicket({ attributes: writeTicket(ticket) })).toEqual(ticket);
  expect(writeTicket({})).toEqual({});
});

test('an attribute that is not ours is not a ticket, and no error', () => {
  for (const job of ['', 'yes', '{"group":"no uuid"}', '{"position":-1}', '[]', 'null']) {
    expect(claimedTicket({ attributes: { job } })).toEqual({});
  }
});
