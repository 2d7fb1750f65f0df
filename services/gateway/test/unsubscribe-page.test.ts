import { randomBytes } from 'node:crypto';
import { MailResubscribed, MailUnsubscribed, unsubscribeToken } from '@postern/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestGateway } from './accounts/test-gateway.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start();
});

afterAll(() => gateway.close());

/** A link as it is in a mail, and the recipient it belongs to. */
function mailedLink(mail = 'news') {
  const recipient = randomBytes(32);
  const url = new URL('/unsubscribe', gateway.url);
  url.searchParams.set('token', unsubscribeToken(gateway.config.env.LINK_KEY, { recipient, mail }));
  return { url, recipient: recipient.toString('base64url') };
}

const published = (recipient: string) => gateway.events.next(MailUnsubscribed, (data) => data.recipient === recipient);

describe('the unsubscribe link of a mail', () => {
  it.each([
    ['a form', new URLSearchParams({ 'List-Unsubscribe': 'One-Click' })],
    ['a multipart form', Object.assign(new FormData(), {})],
  ])('ends the mail by one click of a mail client that sends %s (RFC 8058)', async (_what, body) => {
    if (body instanceof FormData) body.set('List-Unsubscribe', 'One-Click');
    const { url, recipient } = mailedLink();
    const response = await fetch(url, { method: 'POST', body });
    expect(response.status).toBe(200);
    expect(await published(recipient)).toEqual({ recipient, mail: 'news' });
  });

  it('changes nothing when it is opened, and has a button that ends the mail', async () => {
    const { url, recipient } = mailedLink();
    const opened = await fetch(url);
    expect(opened.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const action = /<form method="post" action="([^"]+)">/.exec(await opened.text())?.[1] ?? '';
    expect(gateway.events.envelopes.some(({ data }) => (data as { recipient?: string }).recipient === recipient)).toBe(
      false,
    );
    const response = await fetch(new URL(action, gateway.url), { method: 'POST', body: new URLSearchParams() });
    expect(await response.text()).toContain('You are unsubscribed');
    await published(recipient);
  });

  it('can be taken back by the button of the page that says it is done, and by no request that only opens it', async () => {
    const { url, recipient } = mailedLink();
    const done = await (await fetch(url, { method: 'POST' })).text();
    const action = new URL(/<form method="post" action="([^"]+)">/.exec(done)?.[1] ?? '', gateway.url);
    expect(done).toContain('Get them again');
    const is = (data: { recipient: string }) => data.recipient === recipient;
    expect(await (await fetch(action)).text()).toContain('You will get messages of this kind again');
    expect(gateway.events.envelopes.filter(({ type }) => type === MailResubscribed.type)).toEqual([]);
    const again = await fetch(action, { method: 'POST' });
    expect(await again.text()).toContain('You get these messages again');
    expect(await gateway.events.next(MailResubscribed, is)).toEqual({ recipient, mail: 'news' });
  });

  it.each(['', 'nonsense', 'A'.repeat(100)])('does not work with the token %j, and says what to do', async (token) => {
    for (const path of ['/unsubscribe', '/resubscribe']) {
      for (const method of ['GET', 'POST']) {
        const response = await fetch(new URL(`${path}?token=${token}`, gateway.url), { method });
        expect(response.status).toBe(400);
        expect(await response.text()).toContain('Open the mail again');
      }
    }
  });

  it('ends the mail however often somebody who was forwarded it has it sent again', async () => {
    const { url } = mailedLink();
    const again = new URL(`/resubscribe${url.search}`, url);
    let status = 200;
    for (let turn = 0; turn < 25 && status === 200; turn++) status = (await fetch(again, { method: 'POST' })).status;
    expect(status).toBe(429);
    expect((await fetch(url, { method: 'POST' })).status).toBe(200);
  });

  it('adds no row of limits for each token that somebody makes up', async () => {
    const post = (token: string) => fetch(new URL(`/unsubscribe?token=${token}`, gateway.url), { method: 'POST' });
    await post('made-up');
    const rows = await gateway.database.sql('rate_limits').select('id').orderBy('id');
    for (let turn = 0; turn < 15; turn++) await post(`made-up-${turn}`);
    expect(await gateway.database.sql('rate_limits').select('id').orderBy('id')).toEqual(rows);
  });
});
