import type { Moment } from '@postern/durable';
import { expect, it } from 'vitest';
import { traceView } from './trace-view.ts';

const now = new Date('2026-11-29T10:00:00Z');
const shown = (moments: readonly Moment[], id = '7') => String(traceView(moments, { id, now, whole: true }));
const happened = (part: string, what: string, ms = 0): Moment => ({
  at: new Date(now.getTime() + ms),
  part,
  what,
  ids: {},
});

it.each([
  ['request', 'POST /v1/orders answered 201 in 9 ms', 'busy'],
  ['request', 'POST /v1/orders answered 422 in 9 ms: validation-failed: /item', 'warn'],
  ['request', 'POST /v1/orders answered 500 in 9 ms: internal-error', 'bad'],
  ['request', 'POST /v1/orders was not answered: the client had gone after 9 ms', 'warn'],
  ['request', 'sign-in failure (wrong password)', 'warn'],
  ['request', 'sign-in success', 'busy'],
  ['handled', 'by send-verification', 'good'],
  ['listener', 'send-verification failed at its try 1: no room', 'bad'],
  ['listener', 'send-verification was asked to wait: send-verification is paused', 'warn'],
  ['job', 'order.ship was dispatched', 'busy'],
  ['job', 'order.ship failed at its try 1: no room', 'bad'],
  ['job', 'order.ship is done', 'good'],
  ['mail', 'verification sending: to primary', 'busy'],
  ['mail', 'verification accepted: 250 queued', 'good'],
  ['mail', 'verification bounced: 550 no such user', 'bad'],
])('marks of a %s "%s" as %s', (part, what, tone) => {
  expect(shown([happened(part, what)])).toContain(`class="badge ${tone}"`);
});

it('has the time from each thing that happened to the next', () => {
  const page = shown([happened('request', 'register success'), happened('handled', 'by send-welcome', 133)]);
  expect(page.match(/<b class="step">[^<]*/g)).toEqual(['<b class="step">+133 ms']);
});

it('of an id that nobody knows says where to look for it', () => {
  expect(shown([], 'lb-7f3e9c41')).toContain('Search the logs of both services for “lb-7f3e9c41”');
});
