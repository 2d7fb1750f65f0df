import { FRAME_ENCODING, packFrame, WIRE } from '@postern/sqs';
import { expect, it } from 'vitest';
import { SentMessages } from './sent-messages.ts';

const QueueUrl = 'http://127.0.0.1/000000000000/proof-events';
const text = (StringValue: string) => ({ DataType: 'String', StringValue });
const single = (id: string) => ({ MessageBody: '{}', MessageAttributes: { [WIRE.id]: text(id) } });
const frame = (...ids: string[]) => ({
  MessageBody: packFrame(ids.map((id) => ({ id, type: 'user.registered', body: '{}', sentAt: 0 }))),
  MessageAttributes: { [WIRE.encoding]: text(FRAME_ENCODING) },
});

it('counts what came again, by itself, in a batch or in a frame', () => {
  const sent = new SentMessages();
  sent.note(JSON.stringify({ QueueUrl, ...single('a') }));
  expect(sent.again).toBe(0);
  sent.note(JSON.stringify({ QueueUrl, Entries: [single('a'), frame('b', 'c')] }));
  sent.note(JSON.stringify({ QueueUrl, ...frame('c', 'd') }));
  expect([sent.again, sent.largest]).toEqual([2, 3]);
});

it('does not take the same id on another queue for it', () => {
  const sent = new SentMessages();
  sent.note(JSON.stringify({ QueueUrl, ...single('a') }));
  sent.note(JSON.stringify({ QueueUrl: QueueUrl.replace('events', 'mail'), ...single('a') }));
  expect(sent.again).toBe(0);
});
