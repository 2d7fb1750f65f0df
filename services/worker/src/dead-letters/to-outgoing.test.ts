import { packFrame } from '@postern/sqs';
import { deadLetter } from '@postern/sqs/testing';
import { expect, it } from 'vitest';
import { toOutgoing } from './to-outgoing.ts';

it('a letter of a group is sent back under its own id, and under another one by which a FIFO queue drops repeats', () => {
  const letter = deadLetter({ id: 'order-1', groupId: 'orders' });
  const sent = [...toOutgoing(letter), ...toOutgoing(letter)];
  expect(sent).toMatchObject([
    { id: 'order-1', groupId: 'orders' },
    { id: 'order-1', groupId: 'orders' },
  ]);
  expect(new Set(['order-1', ...sent.map(({ deduplicationId }) => deduplicationId)]).size).toBe(3);
});

it('so is each message of a frame', () => {
  const entries = ['a', 'b'].map((id) => ({ id, type: 't', body: '{}', sentAt: 0 }));
  const sent = toOutgoing(deadLetter({ body: packFrame(entries), encoding: 'frame-1', groupId: 'orders' }));
  expect(sent.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(new Set(sent.map(({ deduplicationId }) => deduplicationId)).size).toBe(2);
});
