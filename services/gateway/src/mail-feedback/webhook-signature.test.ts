import { createHmac, randomBytes } from 'node:crypto';
import { FakeClock } from '@postern/runtime';
import { describe, expect, it } from 'vitest';
import { WebhookSecrets, WebhookSignature } from './webhook-signature.ts';

const now = new Date('2026-11-23T12:00:00Z');
const secret = randomBytes(32);
const body = Buffer.from('{"kind":"complaint"}');

function signed(changes: { secret?: Buffer; id?: string; at?: Date; body?: Buffer } = {}) {
  const { id = 'msg_1', at = now } = changes;
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const mac = createHmac('sha256', changes.secret ?? secret)
    .update(`${id}.${timestamp}.`)
    .update(changes.body ?? body);
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${mac.digest('base64')}` };
}

const signature = new WebhookSignature(new WebhookSecrets([secret]), new FakeClock(now));
const minutes = (count: number) => new Date(now.getTime() + count * 60_000);

describe('a webhook signature', () => {
  it('is accepted when it covers id, time and body under the secret', () => {
    expect(() => signature.check(body, signed())).not.toThrow();
  });

  it('is accepted as one of several, as while a secret is replaced', () => {
    const headers = signed();
    const several = `v1,${randomBytes(32).toString('base64')} ${headers['webhook-signature']}`;
    expect(() => signature.check(body, { ...headers, 'webhook-signature': several })).not.toThrow();
  });

  it.each([
    ['made with another secret', signed({ secret: randomBytes(32) })],
    ['over another body', signed({ body: Buffer.from('{}') })],
    ['over another id', { ...signed(), 'webhook-id': 'msg_2' }],
    ['older than five minutes', signed({ at: minutes(-6) })],
    ['from more than five minutes ahead', signed({ at: minutes(6) })],
    ['with a time that is not a number', { ...signed(), 'webhook-timestamp': '1e9' }],
    ['of another scheme', { ...signed(), 'webhook-signature': signed()['webhook-signature'].replace('v1,', 'v0,') }],
    ['that is missing', {}],
  ])('is refused when it is %s', (_, headers) => {
    expect(() => signature.check(body, headers)).toThrow(expect.objectContaining({ status: 401 }));
  });
});
