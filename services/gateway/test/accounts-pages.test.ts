import { linkToken, UserPasswordResetRequested } from '@postern/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from './accounts/client.ts';
import { registered, signedIn } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

let gateway: TestGateway;
let client: Client;

beforeAll(async () => {
  gateway = await TestGateway.start();
  client = new Client(gateway.url);
});

afterAll(() => gateway.close());

/** What a browser without JavaScript sends for the form of the page. */
async function submit(path: string, fields: Record<string, string>) {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' };
  return client.send('POST', path, new URLSearchParams(fields).toString(), { headers });
}

const open = (path: string, token: string) =>
  client.get(`${path}?token=${encodeURIComponent(token)}`, { headers: { accept: 'text/html' } });

describe('the page behind a verification link', () => {
  it('asks first, uses nothing up however often it is opened, and verifies by its button', async () => {
    const person = await registered(gateway);
    for (let visit = 0; visit < 3; visit++) {
      const page = await open('/verify-email', person.verifyToken);
      expect(page.status).toBe(200);
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(page.text).toContain('<button type="submit">');
    }
    const done = await submit('/verify-email', { token: person.verifyToken });
    expect([done.status, done.text.includes('Your address is verified')]).toEqual([200, true]);
    await signedIn(gateway, person);
    const again = await open('/verify-email', person.verifyToken);
    expect([again.status, again.text.includes('This link has been used')]).toEqual([410, true]);
  });

  it('is readable when the link is old, replaced, broken or missing', async () => {
    const old = await registered(gateway);
    const replaced = await registered(gateway);
    await client.post('/v1/auth/email/resend', { email: replaced.email });
    expect((await open('/verify-email', replaced.verifyToken)).text).toContain('There is a newer link');
    gateway.clock.advance(86_401);
    expect((await open('/verify-email', old.verifyToken)).text).toContain('This link is too old');
    for (const path of ['/verify-email?token=%22%3E%3Cscript%3E', '/verify-email', '/verify-email?token=a&token=b']) {
      const page = await client.get(path, { headers: { accept: 'text/html' } });
      expect([page.status, page.text.includes('This link is broken')]).toEqual([400, true]);
      expect(page.text).not.toContain('<script');
    }
  });

  it('allows no script, no frame and no form that leads elsewhere', async () => {
    const { headers, text } = await open('/verify-email', (await registered(gateway)).verifyToken);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(text).not.toMatch(/<script|onclick|https?:/);
    expect(text).toMatch(/<html lang="en">/);
  });
});

describe('the page behind a reset link', () => {
  it('explains a password that is refused, keeps the link good, and then takes a better one', async () => {
    const person = await signedIn(gateway);
    await client.post('/v1/auth/password/forgot', { email: person.email });
    const { token_id } = await gateway.events.next(UserPasswordResetRequested, ({ user_id }) => user_id === person.id);
    const token = linkToken(gateway.config.env.LINK_KEY, 'reset-password', token_id, person.email);
    expect((await open('/reset-password', token)).text).toContain('autocomplete="new-password"');
    const common = await submit('/reset-password', {
      token,
      password: 'password1',
      password_confirmation: 'password1',
    });
    expect([common.status, common.text.includes('most common')]).toEqual([422, true]);
    const password = 'one that nobody has';
    const typo = await submit('/reset-password', { token, password, password_confirmation: 'one that nobody had' });
    expect([typo.status, typo.text.includes('not the same')]).toEqual([422, true]);
    expect(typo.text).not.toContain(password);
    const done = await submit('/reset-password', { token, password, password_confirmation: password });
    expect([done.status, done.text.includes('Your password is changed')]).toEqual([200, true]);
    await signedIn(gateway, { ...person, password });
  });
});
