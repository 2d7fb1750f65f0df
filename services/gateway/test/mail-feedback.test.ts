import { createHmac, randomBytes } from 'node:crypto';
import { MailFeedbackReceived } from '@postern/events';
import { FakeEvents } from '@postern/events/testing';
import { SystemClock } from '@postern/runtime';
import { describe, expect, it } from 'vitest';
import { mailFeedbackRoutes } from '../src/mail-feedback/mail-feedback-routes.ts';
import { WebhookSecrets, WebhookSignature } from '../src/mail-feedback/webhook-signature.ts';
import { startTestHttp } from './http-harness.ts';

const path = '/v1/webhooks/mail-feedback';
const secret = randomBytes(32);
const bounce = {
  notice_id: 'evt_1',
  kind: 'hard-bounce',
  message_id: '<0198c1f000007000800000000000000a@example.com>',
  recipient: 'ada@example.com',
  reason: '550 5.1.1 no such user',
};

function sign(body: string, key = secret): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', key).update(`msg_1.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': 'msg_1', 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

async function started() {
  const fakeEvents = new FakeEvents();
  const signature = new WebhookSignature(new WebhookSecrets([secret]), new SystemClock());
  const http = await startTestHttp(mailFeedbackRoutes(signature, fakeEvents));
  const tell = (body: string, headers: Record<string, string>) =>
    fetch(`${http.url}${path}`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
  return { fakeEvents, tell, [Symbol.asyncDispose]: () => http.close() };
}

describe('POST /v1/webhooks/mail-feedback', () => {
  it('publishes what a provider reports, once its signature was found valid', async () => {
    await using gateway = await started();
    const body = JSON.stringify(bounce);
    expect((await gateway.tell(body, sign(body))).status).toBe(204);
    gateway.fakeEvents.expectDispatched(MailFeedbackReceived, ({ data }) => expect(data).toEqual(bounce));
  });

  it('answers 401 to a signature over other bytes, before the body is looked at', async () => {
    await using gateway = await started();
    const answer = await gateway.tell('{"kind":', sign('{"kind": '));
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ type: expect.stringContaining('webhook-signature-invalid') });
    gateway.fakeEvents.expectNothingDispatched();
  });

  it('answers 401 to another secret and to no signature at all', async () => {
    await using gateway = await started();
    const body = JSON.stringify(bounce);
    expect((await gateway.tell(body, sign(body, randomBytes(32)))).status).toBe(401);
    expect((await gateway.tell(body, {})).status).toBe(401);
  });

  it.each([
    ['a reason of any length', { reason: '550 no '.repeat(500) }, { reason: '550 no '.repeat(500).slice(0, 1000) }],
    ['a recipient that is none', { recipient: '' }, { recipient: undefined }],
    ['a recipient longer than an address', { recipient: `${'a'.repeat(300)}@example.com` }, { recipient: undefined }],
  ])('takes a report with %s, as one that is refused comes again and again', async (_what, change, kept) => {
    await using gateway = await started();
    const body = JSON.stringify({ ...bounce, ...change });
    expect((await gateway.tell(body, sign(body))).status).toBe(204);
    gateway.fakeEvents.expectDispatched(MailFeedbackReceived, ({ data }) =>
      expect(data).toEqual({ ...bounce, ...kept }),
    );
  });

  it('names every fault of a signed body that is not as documented', async () => {
    await using gateway = await started();
    const body = JSON.stringify({ ...bounce, kind: 'returned', message_id: '' });
    const answer = await gateway.tell(body, sign(body));
    expect(answer.status).toBe(422);
    const { errors } = (await answer.json()) as { errors: { pointer: string }[] };
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual(['/kind', '/message_id']);
  });
});
