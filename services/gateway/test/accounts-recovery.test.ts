import { linkToken, UserPasswordChanged, UserPasswordResetRequested } from '@postern/events';
import { idToBytes } from '@postern/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Links } from '../src/accounts/links/links.ts';
import { Client } from './accounts/client.ts';
import { type Person, registered, signedIn, verified, verify } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

let gateway: TestGateway;
let client: Client;

beforeAll(async () => {
  gateway = await TestGateway.start();
  client = new Client(gateway.url);
});

afterAll(() => gateway.close());

const newPassword = 'an altogether different phrase';
const twice = { password: newPassword, password_confirmation: newPassword };

/** Asks for a link and reads it out of the event, as the mail would have it. */
async function resetLink(person: Person): Promise<string> {
  const had = gateway.events.all(UserPasswordResetRequested).map(({ token_id }) => token_id);
  const answer = await client.post('/v1/auth/password/forgot', { email: person.email });
  expect([answer.status, answer.body]).toEqual([202, { status: 'accepted' }]);
  const event = await gateway.events.next(
    UserPasswordResetRequested,
    ({ user_id, token_id }) => user_id === person.id && !had.includes(token_id),
  );
  return linkToken(gateway.config.env.LINK_KEY, 'reset-password', event.token_id, person.email);
}

describe('a forgotten password', () => {
  it('is replaced by the link of the mail, and all sessions end', async () => {
    const person = await signedIn(gateway);
    const token = await resetLink(person);
    const reset = await client.post('/v1/auth/password/reset', { token, ...twice });
    expect([reset.status, reset.body]).toEqual([200, { status: 'password_reset' }]);
    await gateway.events.next(UserPasswordChanged, ({ user_id }) => user_id === person.id);
    expect((await client.post('/v1/auth/refresh', { refresh_token: person.refreshToken })).status).toBe(401);
    expect((await client.get('/v1/auth/user', { token: person.accessToken })).status).toBe(401);
    expect((await client.post('/v1/auth/login', { email: person.email, password: person.password })).status).toBe(401);
    await signedIn(gateway, { ...person, password: newPassword });
    const again = await client.post('/v1/auth/password/reset', { token, ...twice });
    expect([again.status, again.body.type]).toEqual([410, 'http://gateway.test/problems/link-used']);
  });

  it('is mailed of with the device and the network that asked, not the address', async () => {
    const person = await verified(gateway);
    await resetLink(person);
    const event = await gateway.events.next(UserPasswordResetRequested, ({ user_id }) => user_id === person.id);
    expect(event).toMatchObject({ device: 'Firefox on Linux', address_range: '198.51.100.0/24' });
    expect(Math.abs(Date.parse(event.at ?? '') - gateway.clock.now().getTime())).toBeLessThan(60_000);
    expect(JSON.stringify(event)).not.toContain('198.51.100.7');
  });

  it('is replaced once by a link that many follow at once', async () => {
    const token = await resetLink(await verified(gateway));
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => client.post('/v1/auth/password/reset', { token, ...twice })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('is not replaced by a link that went to an address which the account has no longer', async () => {
    const person = await verified(gateway);
    // As a request leaves it that read the person right before the address changed.
    const recipient = `was.${person.email}`;
    const { token_id } = await gateway.database.transaction((tx) =>
      gateway.container.get(Links).issue(tx, { userId: person.id, purpose: 'reset-password', recipient }),
    );
    const token = linkToken(gateway.config.env.LINK_KEY, 'reset-password', token_id, recipient);
    const answer = await client.post('/v1/auth/password/reset', { token, ...twice });
    expect([answer.status, answer.body.type]).toEqual([410, 'http://gateway.test/problems/link-ended']);
    expect((await client.post('/v1/auth/login', { email: person.email, password: person.password })).status).toBe(200);
  });

  it('leaves the link good when the new one is refused', async () => {
    const person = await verified(gateway);
    const token = await resetLink(person);
    const bad = await client.post('/v1/auth/password/reset', {
      token,
      password: 'password1',
      password_confirmation: 'password1',
    });
    expect([bad.status, bad.body.errors[0].pointer]).toEqual([422, '/password']);
    expect((await client.post('/v1/auth/password/reset', { token, ...twice })).status).toBe(200);
  });

  it('gives nothing of a sign-up that nobody has confirmed', async () => {
    const pending = await registered(gateway);
    const answer = await client.post('/v1/auth/password/forgot', { email: pending.email });
    expect([answer.status, answer.body]).toEqual([202, { status: 'accepted' }]);
    await client.post('/v1/auth/password/forgot', { email: (await verified(gateway)).email });
    expect(gateway.events.all(UserPasswordResetRequested).map(({ email }) => email)).not.toContain(pending.email);
  });

  it('cannot be distinguished from an address that has no account', async () => {
    const answer = await client.post('/v1/auth/password/forgot', { email: 'nobody.at.all@example.com' });
    expect([answer.status, answer.body]).toEqual([202, { status: 'accepted' }]);
    expect(gateway.events.all(UserPasswordResetRequested).map(({ email }) => email)).not.toContain(
      'nobody.at.all@example.com',
    );
  });

  it('has links that end after half an hour, and of which the newest works', async () => {
    const person = await verified(gateway);
    const older = await resetLink(person);
    const newer = await resetLink(person);
    const replaced = await client.post('/v1/auth/password/reset', { token: older, ...twice });
    expect([replaced.status, replaced.body.type]).toEqual([410, 'http://gateway.test/problems/link-ended']);
    gateway.clock.advance(1801);
    const expired = await client.post('/v1/auth/password/reset', { token: newer, ...twice });
    expect([expired.status, expired.body.type]).toEqual([410, 'http://gateway.test/problems/link-expired']);
  });
});

describe('changing a password', () => {
  it('accepts the old one, keeps this session and ends the others', async () => {
    const person = await verified(gateway);
    const here = await signedIn(gateway, person);
    const there = await signedIn(gateway, person);
    const wrong = await client.post(
      '/v1/auth/password/change',
      { current_password: 'not it', ...twice },
      { token: here.accessToken },
    );
    expect([wrong.status, wrong.body.type]).toEqual([403, 'http://gateway.test/problems/wrong-password']);
    const right = await client.post(
      '/v1/auth/password/change',
      { current_password: person.password, ...twice },
      { token: here.accessToken },
    );
    expect([right.status, right.body]).toEqual([200, { status: 'password_changed' }]);
    const event = await gateway.events.next(UserPasswordChanged, ({ user_id }) => user_id === person.id);
    expect(event).toMatchObject({ device: 'Firefox on Linux', address_range: '198.51.100.0/24' });
    expect((await client.post('/v1/auth/refresh', { refresh_token: here.refreshToken })).status).toBe(200);
    expect((await client.post('/v1/auth/refresh', { refresh_token: there.refreshToken })).status).toBe(401);
    await signedIn(gateway, { ...person, password: newPassword });
  });

  it('ends a link to a new password, and mails the next: whoever has taken the password keeps its owner from none', async () => {
    const person = await verified(gateway);
    const thief = await signedIn(gateway, person);
    const before = await resetLink(person);
    await client.post(
      '/v1/auth/password/change',
      { current_password: person.password, ...twice },
      { token: thief.accessToken },
    );
    const ended = await client.post('/v1/auth/password/reset', { token: before, ...twice });
    expect([ended.status, ended.body.type]).toEqual([410, 'http://gateway.test/problems/link-ended']);
    const { token_id = '' } = await gateway.events.next(UserPasswordChanged, ({ user_id }) => user_id === person.id);
    const token = linkToken(gateway.config.env.LINK_KEY, 'reset-password', token_id, person.email);
    const own = { password: 'my own phrase again', password_confirmation: 'my own phrase again' };
    expect((await client.post('/v1/auth/password/reset', { token, ...own })).status).toBe(200);
    expect((await client.post('/v1/auth/refresh', { refresh_token: thief.refreshToken })).status).toBe(401);
    await signedIn(gateway, { ...person, password: own.password });
  });

  it('refuses what is common, made of the own names, too short or too long, but accepts any script', async () => {
    const person = await signedIn(gateway);
    const attempt = async (password: string) => {
      const body = { current_password: person.password, password, password_confirmation: password };
      const answer = await client.post('/v1/auth/password/change', body, { token: person.accessToken });
      return answer.body?.errors?.[0]?.detail ?? answer.status;
    };
    expect(await attempt('1234567')).toContain('at least 8');
    expect(await attempt('x'.repeat(129))).toContain('at most 128');
    expect(await attempt('Password1')).toContain('most common');
    expect(await attempt('adaline.lovelady')).toContain('own name');
    expect(await attempt(person.email.toUpperCase())).toContain('own name');
    expect(await attempt('Пароль из слов')).toBe(200);
  });
});

describe('a recent sign-in', () => {
  it('is asked for before what is sensitive, and given by confirming the password', async () => {
    const person = await signedIn(gateway);
    gateway.clock.advance(901);
    const { body: old } = await client.post('/v1/auth/refresh', { refresh_token: person.refreshToken });
    const refused = await client.send('DELETE', '/v1/auth/user', undefined, { token: old.access_token });
    expect([refused.status, refused.body.type]).toEqual([403, 'http://gateway.test/problems/recent-sign-in-required']);
    const wrong = await client.post('/v1/auth/password/confirm', { password: 'not it' }, { token: old.access_token });
    expect(wrong.status).toBe(403);
    const right = await client.post(
      '/v1/auth/password/confirm',
      { password: person.password },
      { token: old.access_token },
    );
    expect(right.status).toBe(200);
    const erased = await client.send('DELETE', '/v1/auth/user', undefined, { token: right.body.access_token });
    expect(erased.status).toBe(204);
  });
});

describe('a link that is good no more', () => {
  it('leaves one line in the audit log of whose it was, however often it is followed', async () => {
    const person = await signedIn(gateway);
    const token = await resetLink(person);
    const reset = () => client.post('/v1/auth/password/reset', { token, ...twice });
    expect([(await reset()).status, (await reset()).status, (await reset()).status]).toEqual([200, 410, 410]);
    const late = await resetLink(person);
    gateway.clock.advance(gateway.config.env.LINK_SECONDS);
    expect((await client.post('/v1/auth/password/reset', { token: late, ...twice })).status).toBe(410);
    const pending = await registered(gateway);
    const verification = () => verify(pending);
    expect([(await verification()).status, (await verification()).status]).toEqual([200, 410]);
    const failures = await gateway.database
      .sql('audit_log')
      .whereIn('subject_id', [idToBytes(person.id), idToBytes(pending.id)])
      .where({ outcome: 'failure' })
      .orderBy('id');
    expect(failures.map(({ action, reason }) => [action, reason])).toEqual([
      ['reset-password', 'link-used'],
      ['reset-password', 'link-expired'],
      ['verify-email', 'link-used'],
    ]);
  });
});
