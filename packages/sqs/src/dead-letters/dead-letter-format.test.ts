import { expect, test } from 'vitest';
import { matches } from './dead-letter-filter.ts';
import { readDeadLetter, toDeadLetter } from './dead-letter-format.ts';
import { letterDetails, letterTable } from './letter-text.ts';

const TIME = new Date('2026-01-01T10:00:00Z');

function read(attributes: Record<string, string>, body = '{}') {
  const wire = Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]);
  const system = { SentTimestamp: '1767225600000', ApproximateReceiveCount: '4' };
  const raw = { MessageId: 'sqs-1', ReceiptHandle: 'r', Body: body, Attributes: system };
  return readDeadLetter('mail', { ...raw, MessageAttributes: Object.fromEntries(wire) }).letter;
}

test('a letter that SQS moved itself reports what is known of it', () => {
  const letter = read({ 'postern.id': 'a', 'postern.type': 'mail.send' });
  expect(letter).toMatchObject({ id: 'a', reason: 'moved-by-sqs', attempts: 4, error: undefined, lastAt: undefined });
  expect(letter.sentAt).toEqual(new Date('2026-01-01T00:00:00Z'));
});

test('a broken frame, and times that are not times, are not a reason to fail', () => {
  const letter = read({ 'postern.encoding': 'frame-1', 'dead-times': 'yesterday/today' }, 'not base64 of anything');
  expect(letter).toMatchObject({ id: 'sqs-1', type: '', messages: 1, firstAt: undefined });
});

test('a filter fits when all of it does', () => {
  const letter = read({
    'postern.id': 'a',
    'postern.type': 't',
    'dead-reason': 'r',
    'dead-error': 'Error: Boom',
    'dead-handler': 'h',
  });
  expect(matches(letter, {})).toBe(true);
  expect(matches(letter, { type: 't', reason: 'r', handler: 'h', error: 'boom', ids: ['a'] })).toBe(true);
  for (const other of [{ type: 'x' }, { reason: 'x' }, { handler: 'x' }, { error: 'x' }, { ids: ['x'] }]) {
    expect(matches(letter, other)).toBe(false);
  }
  expect(matches(letter, { since: new Date('2026-01-01'), before: new Date('2026-01-02') })).toBe(true);
  expect(matches(letter, { before: new Date('2026-01-01') })).toBe(false);
});

test('a table keeps its columns, and long or many-lined errors to one short line', () => {
  const letter = read({ 'postern.id': 'a', 'postern.type': 't', 'dead-error': `${'x'.repeat(80)}\nat line 1` });
  const [head = '', row = ''] = letterTable([letter]);
  expect(row.indexOf('moved-by-sqs')).toBe(head.indexOf('REASON'));
  expect(row.endsWith('x…')).toBe(true);
  expect(letterDetails(letter).at(-1)).toBe('{}');
});

test('a letter has as much of why as a dead-letter queue takes beside its message that takes less than SQS', () => {
  const source = { id: 'a', type: 't', body: 'x'.repeat(261_500), attributes: {} };
  const error = new Error('y'.repeat(2_000));
  const cause = { reason: 'attempts-used-up', error, attempts: 3, handler: 'h', firstAt: TIME, lastAt: TIME };
  const lengthUnder = (bytes: number) =>
    toDeadLetter(source, cause, false, bytes)?.attributes['dead-error']?.StringValue?.length;
  expect(lengthUnder(1_048_576)).toBe(1_024);
  expect(lengthUnder(262_144)).toBe(64);
});
