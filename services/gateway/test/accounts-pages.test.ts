import { linkToken, UserEmailResendRequested, UserPasswordResetRequested } from '@postern/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from './accounts/client.ts';
import { type PendingPerson, registered, signedIn, signUp, verify } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

let gateway: TestGateway;
let client: Client;

beforeAll(async () => {
  gateway = await TestGateway.start();
  client = new Client(gateway.url);
});

afterAll(() => gateway.close());

/** What a browser without JavaScript sends for the form of the page. */
async function submit(path: string, fields: Record<string, string>, cookie?: string) {
  const type = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' };
  const headers = { ...type, ...(cookie === undefined ? {} : { cookie }) };
  return client.send('POST', path, new URLSearchParams(fields).toString(), { headers });
}

const open = (path: string, token: string, cookie?: string) =>
  client.get(`${path}?token=${encodeURIComponent(token)}`, {
    headers: { accept: 'text/html', ...(cookie === undefined ? {} : { cookie }) },
  });

/** What the browser that signed up sends along. */
const cookieOf = ({ signUpSecret }: PendingPerson) => `other=1; postern_sign_up=${signUpSecret}`;

describe('the page behind a verification link', () => {
  it('asks first, uses nothing up however often it is opened, and verifies by its button', async () => {
    const person = await registered(gateway);
    for (let visit = 0; visit < 3; visit++) {
      const page = await open('/verify-email', person.verifyToken, cookieOf(person));
      expect(page.status).toBe(200);
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(page.text).toContain('<button type="submit">');
      expect(page.text).not.toContain('type="password"');
    }
    const done = await submit('/verify-email', { token: person.verifyToken }, cookieOf(person));
    expect([done.status, done.text.includes('Your address is verified')]).toEqual([200, true]);
    expect(done.headers.get('set-cookie')).toContain('Max-Age=0');
    await signedIn(gateway, person);
    const again = await open('/verify-email', person.verifyToken);
    expect([again.status, again.text.includes('This link has been used')]).toEqual([410, true]);
  });

  it('leaves the cookie of another sign-up where it is: whoever has a visitor confirm theirs must not make the link of the visitor ask for the password', async () => {
    const [visitor, other] = [await registered(gateway), await registered(gateway)];
    const { verifyToken: token, password } = other;
    const done = await submit('/verify-email', { token, password }, cookieOf(visitor));
    expect([done.status, done.headers.get('set-cookie')]).toEqual([200, null]);
    expect((await submit('/verify-email', { token: visitor.verifyToken }, cookieOf(visitor))).status).toBe(200);
  });

  it('asks for the password where the sign-up was not made, and leaves the link good when it is wrong', async () => {
    const person = await registered(gateway);
    const { verifyToken: token, password } = person;
    const page = await open('/verify-email', token);
    expect([page.status, page.text.includes('autocomplete="current-password"')]).toEqual([200, true]);
    expect(page.text).toContain(`value="${person.email}"`);
    const missing = await submit('/verify-email', { token });
    expect([missing.status, missing.text.includes('role="alert"')]).toEqual([403, true]);
    const wrong = await submit('/verify-email', { token, password: 'a wrong <b>guess' }, 'postern_sign_up=another');
    expect([wrong.status, wrong.text.includes('not the password of this sign-up')]).toEqual([403, true]);
    expect(wrong.text).not.toContain('guess');
    const done = await submit('/verify-email', { token, password });
    expect([done.status, done.text.includes('Your address is verified')]).toEqual([200, true]);
    await signedIn(gateway, person);
  });

  it('is readable when the link is old, ended, broken or missing', async () => {
    const old = await registered(gateway);
    const ended = await registered(gateway);
    await verify(await registered(gateway, { email: ended.email }));
    expect((await open('/verify-email', ended.verifyToken)).text).toContain('This link no longer works');
    gateway.clock.advance(86_401);
    const expired = await open('/verify-email', old.verifyToken);
    expect(expired.text).toContain('This link has expired');
    expect(expired.text).toContain('<a href="/resend-verification">');
    for (const path of ['/verify-email?token=%22%3E%3Cscript%3E', '/verify-email']) {
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
  it('explains a password that is refused, keeps the link valid, and then accepts a better one', async () => {
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
    const late = await submit('/reset-password', { token, password, password_confirmation: 'one that nobody had' });
    expect([late.status, late.text.includes('autocomplete="new-password"')]).toEqual([410, false]);
    const refused = await gateway.database.sql('audit_log').where({ action: 'reset-password', reason: 'link-used' });
    expect(refused).toHaveLength(1);
  });
});

describe('the page that mails a verification link again', () => {
  it('accepts an address, answers the same for every one, and mails the link of the browser that asks', async () => {
    expect((await client.get('/resend-verification')).text).toContain('autocomplete="email"');
    const person = await registered(gateway);
    await registered(gateway, { email: person.email, first_name: 'Mallory' });
    const answers = [
      await submit('/resend-verification', { email: person.email.toUpperCase() }, cookieOf(person)),
      await submit('/resend-verification', { email: 'nobody.here@example.com' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers[0]?.text).toBe(answers[1]?.text);
    const event = await gateway.events.next(UserEmailResendRequested, ({ email }) => email === person.email);
    expect(event).toMatchObject({ user_id: person.id, first_name: 'Adaline' });
  });

  it('mails nothing for a form of another site, whose visitors would each have limits of their own', async () => {
    const { email } = await registered(gateway);
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'cross-site' };
    const sent = await client.send('POST', '/resend-verification', new URLSearchParams({ email }).toString(), {
      headers,
    });
    expect([sent.status, sent.body.detail]).toEqual([400, 'The form was sent by a page of another site.']);
  });

  it('reports what is wrong with an address, and shows it to be fixed', async () => {
    const answer = await submit('/resend-verification', { email: 'ada"@nowhere' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('role="alert"');
    expect(answer.text).toContain('value="ada&quot;@nowhere"');
  });
});

describe('the cookie of a sign-up', () => {
  it('is read by no script and sent by no other site', async () => {
    const { headers, body } = await client.post('/v1/auth/register', signUp());
    expect(headers.get('set-cookie')).toBe(
      `postern_sign_up=${body.sign_up_secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age=604800`,
    );
  });
});
