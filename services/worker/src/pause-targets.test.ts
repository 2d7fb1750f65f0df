import { expect, it } from 'vitest';
import { unknownTarget } from './pause-targets.ts';

it.each([
  ['events', ''],
  ['events', 'send-welcome'],
  ['jobs', 'rows.prune'],
  ['provider-events', ''],
])('%s %s can be paused', (queue, handler) => {
  expect(unknownTarget({ queue, handler })).toBeUndefined();
});

it.each([
  ['post', '', /there is no queue post; there are events, mail/],
  ['events', 'send-welcom', /has no handler send-welcom; it has .*send-welcome/],
  ['events', 'rows.prune', /has no handler rows\.prune/],
  ['mail', 'mail.send', /one handler: pause the queue/],
])('%s %s cannot, and it says why', (queue, handler, expected) => {
  expect(unknownTarget({ queue, handler })).toMatch(expected);
});
