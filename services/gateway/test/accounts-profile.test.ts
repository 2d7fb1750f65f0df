import {
  linkToken,
  UserEmailChanged,
  UserEmailChangeRequested,
  UserErased,
  UserPasswordResetRequested,
} from '@postern/events';
import { idToBytes } from '@postern/runtime';
import { tablesOf } from '@postern/runtime/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from './accounts/client.ts';
import { administrator, registered, signedIn, signUp, verified, verify } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

let gateway: TestGateway;
let client: Client;

beforeAll(async () => {
  gateway = await TestGateway.start();
  client = new Client(gateway.url);
});

afterAll(() => gateway.close());

describe('the own details', () => {
  it('change by field, and the number can be removed', async () => {
    const { accessToken: token } = await signedIn(gateway);
    const changed = await client.send('PATCH', '/v1/auth/user', { first_name: 'Augusta', locale: 'de' }, { token });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({ first_name: 'Augusta', last_name: 'Lovelady', locale: 'de' });
    const removed = await client.send('PATCH', '/v1/auth/user', { mobile_number: null }, { token });
    expect(removed.body).toMatchObject({ first_name: 'Augusta', mobile_number: null });
    expect((await client.send('PATCH', '/v1/auth/user', {}, { token })).status).toBe(422);
    expect((await client.send('PATCH', '/v1/auth/user', { email: 'x@example.com' }, { token })).status).toBe(422);
  });

  it('keep two changes of different fields that come at once', async () => {
    const { accessToken: token } = await signedIn(gateway);
    const change = (body: object) => client.send('PATCH', '/v1/auth/user', body, { token });
    for (let round = 1; round <= 10; round++) {
      const [first_name, last_name] = [`Ada${'a'.repeat(round)}`, `Lovelace${'e'.repeat(round)}`];
      const answers = await Promise.all([change({ first_name }), change({ last_name })]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      expect((await client.get('/v1/auth/user', { token })).body).toMatchObject({ first_name, last_name });
    }
  });

  it('export as complete JSON', async () => {
    const person = await signedIn(gateway);
    const { status, headers, body } = await client.get('/v1/auth/user/export', { token: person.accessToken });
    expect(status).toBe(200);
    expect(headers.get('content-disposition')).toContain('attachment');
    expect(body).toMatchObject({ account: { id: person.id, email: person.email }, roles: ['user'] });
    expect(body.sessions).toHaveLength(1);
    expect(body.pending_sign_ups).toEqual([]);
    expect(body.activity.map(({ action }: { action: string }) => action)).toEqual([
      'export',
      'sign-in',
      'verify-email',
      'register',
    ]);
  });
});

describe('what an administrator did to an account', () => {
  it('is exported without from where they did it, which is theirs', async () => {
    const person = await signedIn(gateway);
    const admin = await administrator(gateway);
    for (const change of ['disable', 'enable']) {
      await admin.client.post(`/v1/users/${person.id}/${change}`, {}, { token: admin.accessToken });
    }
    const { accessToken: token } = await signedIn(gateway, person);
    const { body } = await client.get('/v1/auth/user/export', { token });
    const places = body.activity.map((entry: { action: string; address_range: string }) => [
      entry.action,
      entry.address_range,
    ]);
    expect(places).toContainEqual(['disable-user', 'withheld']);
    expect(places).toContainEqual(['sign-in', '198.51.100.0/24']);
  });
});

describe('sign-ups with the address of an account', () => {
  it('are exported as when and from where they came, without what strangers typed', async () => {
    const person = await signedIn(gateway);
    await client.post('/v1/auth/register', signUp({ email: person.email, first_name: 'Mallory' }), {
      from: '203.0.113.9',
    });
    const { body, text } = await client.get('/v1/auth/user/export', { token: person.accessToken });
    expect(body.pending_sign_ups).toEqual([
      {
        created_at: expect.any(String),
        expires_at: expect.any(String),
        device: 'Firefox on Linux',
        address_range: '203.0.113.0/24',
      },
    ]);
    expect(text).not.toContain('Mallory');
  });
});

describe('another address', () => {
  it('counts once its link was followed, and the old one no more', async () => {
    const person = await signedIn(gateway);
    const newEmail = `new.${person.email}`;
    const here = { device: 'Firefox on Linux', address_range: '198.51.100.0/24' };
    const { accessToken: token } = person;
    const asked = await client.post('/v1/auth/email/change', { new_email: newEmail }, { token });
    expect([asked.status, asked.body]).toEqual([202, { status: 'accepted' }]);
    const event = await gateway.events.next(UserEmailChangeRequested, ({ user_id }) => user_id === person.id);
    expect(event).toMatchObject({ email: person.email, new_email: newEmail, at: expect.any(String), ...here });
    expect((await client.get('/v1/auth/user', { token })).body.email).toBe(person.email);

    const link = linkToken(gateway.config.env.LINK_KEY, 'change-email', event.token_id, event.new_email);
    const elsewhere = new Client(gateway.url, 'curl/8.15.0');
    const confirmed = await elsewhere.post(
      '/v1/auth/email/change/confirm',
      { token: link, password: person.password },
      { from: '203.0.113.9' },
    );
    expect([confirmed.status, confirmed.body]).toEqual([200, { status: 'email_changed' }]);
    const changed = await gateway.events.next(
      UserEmailChanged,
      ({ email, old_email }) => email === newEmail && old_email === person.email,
    );
    const there = { device: 'curl', address_range: '203.0.113.0/24' };
    expect(changed).toMatchObject({ at: expect.any(String), ...there });
    expect((await client.post('/v1/auth/login', { email: person.email, password: person.password })).status).toBe(401);
    await signedIn(gateway, { ...person, email: newEmail });
    const again = await client.post('/v1/auth/email/change/confirm', { token: link, password: person.password });
    expect([again.status, again.body.type]).toEqual([410, 'http://gateway.test/problems/link-used']);
  });

  it('looks the same to whoever asks, whether it is free or taken; the owner of a taken one is notified', async () => {
    const owner = await verified(gateway);
    const seen = [];
    for (const newEmail of [`free.${owner.email}`, owner.email]) {
      const person = await signedIn(gateway);
      const { accessToken: token } = person;
      await client.post('/v1/auth/email/change', { new_email: `first.${person.email}` }, { token });
      const first = await gateway.events.next(UserEmailChangeRequested, ({ user_id }) => user_id === person.id);
      const { status, body } = await client.post('/v1/auth/email/change', { new_email: newEmail }, { token });
      const event = await gateway.events.next(
        UserEmailChangeRequested,
        ({ user_id, new_email }) => user_id === person.id && new_email === newEmail,
      );
      const earlier = linkToken(gateway.config.env.LINK_KEY, 'change-email', first.token_id, first.new_email);
      const { body: old } = await client.post('/v1/auth/email/change/confirm', { token: earlier, password: 'any' });
      const { body: exported } = await client.get('/v1/auth/user/export', { token });
      const activity = exported.activity.map(({ at: _at, ...entry }: { at: string }) => entry);
      expect(event.owner).toEqual(
        newEmail === owner.email ? { first_name: 'Adaline', locale: 'en', disabled: false } : null,
      );
      seen.push({ status, body, notice: Object.keys(event), earlier: old.type, activity });
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[0]).toMatchObject({ status: 202, earlier: 'http://gateway.test/problems/link-ended' });
  });

  it('can be one for which only sign-ups are pending, which end', async () => {
    const pending = await registered(gateway);
    const person = await signedIn(gateway);
    await client.post('/v1/auth/email/change', { new_email: pending.email }, { token: person.accessToken });
    const event = await gateway.events.next(UserEmailChangeRequested, ({ user_id }) => user_id === person.id);
    expect(event.owner).toBeNull();
    const token = linkToken(gateway.config.env.LINK_KEY, 'change-email', event.token_id, pending.email);
    expect((await client.post('/v1/auth/email/change/confirm', { token, password: person.password })).status).toBe(200);
    await signedIn(gateway, { ...person, email: pending.email });
    const late = await verify(pending);
    expect([late.status, late.body.type]).toEqual([410, 'http://gateway.test/problems/link-ended']);
  });

  it('is not taken on by a link from before the owner set a new password', async () => {
    const person = await signedIn(gateway);
    const { accessToken: token, password } = person;
    await client.post('/v1/auth/email/change', { new_email: `thief.${person.email}` }, { token });
    const event = await gateway.events.next(UserEmailChangeRequested, ({ user_id }) => user_id === person.id);
    const next = `${password} and more`;
    const passwords = { current_password: password, password: next, password_confirmation: next };
    const changed = await client.post('/v1/auth/password/change', passwords, { token });
    expect(changed.status, changed.text).toBeLessThan(300);
    const link = linkToken(gateway.config.env.LINK_KEY, 'change-email', event.token_id, event.new_email);
    const answer = await client.post('/v1/auth/email/change/confirm', { token: link, password: next });
    expect([answer.status, answer.body.type]).toEqual([410, 'http://gateway.test/problems/link-ended']);
  });

  it.each([
    ['signing out everywhere', async (token: string) => client.post('/v1/auth/logout-all', undefined, { token })],
    [
      'ending it in the list',
      async (token: string) => {
        const { sessions } = (await client.get('/v1/auth/sessions', { token })).body;
        const { id } = sessions.find(({ current }: { current: boolean }) => !current);
        return client.send('DELETE', `/v1/auth/sessions/${id}`, undefined, { token });
      },
    ],
  ])('is not taken on by a link that a session asked for which its owner has ended by %s', async (_how, end) => {
    const owner = await signedIn(gateway);
    const thief = await signedIn(gateway, owner);
    await client.post('/v1/auth/email/change', { new_email: `thief.${owner.email}` }, { token: thief.accessToken });
    const event = await gateway.events.next(UserEmailChangeRequested, ({ user_id }) => user_id === owner.id);
    expect((await end(owner.accessToken)).status).toBe(204);
    const token = linkToken(gateway.config.env.LINK_KEY, 'change-email', event.token_id, event.new_email);
    const answer = await client.post('/v1/auth/email/change/confirm', { token, password: owner.password });
    expect([answer.status, answer.body.type]).toEqual([410, 'http://gateway.test/problems/link-ended']);
    await signedIn(gateway, owner);
  });

  it("is not handed over by its owner to a stranger who asked for it: following the mail takes the account's password", async () => {
    const stranger = await signedIn(gateway);
    const victim = `victim.${stranger.email}`;
    await client.post('/v1/auth/email/change', { new_email: victim }, { token: stranger.accessToken });
    const event = await gateway.events.next(UserEmailChangeRequested, ({ user_id }) => user_id === stranger.id);
    const token = linkToken(gateway.config.env.LINK_KEY, 'change-email', event.token_id, event.new_email);
    const follow = (password?: string) => client.post('/v1/auth/email/change/confirm', { token, password });
    expect((await follow()).status).toBe(422);
    const wrong = await follow('what the victim would type');
    expect([wrong.status, wrong.body.type]).toEqual([403, 'http://gateway.test/problems/wrong-password']);
    const page = await fetch(`${gateway.url}/change-email?token=${token}`);
    expect(await page.text()).toContain('type="password"');
    const form = await fetch(`${gateway.url}/change-email`, { method: 'POST', body: new URLSearchParams({ token }) });
    expect([form.status, (await form.text()).includes('not the password of the account')]).toEqual([403, true]);
    expect((await client.get('/v1/auth/user', { token: stranger.accessToken })).body.email).toBe(stranger.email);
    // Nothing was used up: whoever asked, and reads the mail, can still move.
    expect((await follow(stranger.password)).status).toBe(200);
  });

  it('goes to one of two who both asked for it', async () => {
    const newEmail = `wanted.${(await verified(gateway)).email}`;
    const answers = [];
    for (const person of [await signedIn(gateway), await signedIn(gateway)]) {
      await client.post('/v1/auth/email/change', { new_email: newEmail }, { token: person.accessToken });
      const event = await gateway.events.next(UserEmailChangeRequested, ({ user_id }) => user_id === person.id);
      const token = linkToken(gateway.config.env.LINK_KEY, 'change-email', event.token_id, event.new_email);
      answers.push({ token, password: person.password });
    }
    const [first, second] = answers;
    expect((await client.post('/v1/auth/email/change/confirm', first)).status).toBe(200);
    const late = await client.post('/v1/auth/email/change/confirm', second);
    expect([late.status, late.body.type]).toEqual([409, 'http://gateway.test/problems/email-taken']);
  });
});

describe('erasing an account', () => {
  it('leaves no name, address or number in any table, and ends everything', async () => {
    const person = await signedIn(gateway);
    const { accessToken: token } = person;
    await client.post('/v1/auth/password/forgot', { email: person.email });
    await client.post('/v1/auth/email/change', { new_email: `next.${person.email}` }, { token });
    await client.post('/v1/auth/two-factor/totp', undefined, { token });
    // A stranger's, which is in no account.
    await client.post('/v1/auth/register', signUp({ email: person.email }));
    expect((await client.send('DELETE', '/v1/auth/user', undefined, { token })).status).toBe(204);
    expect(await gateway.events.next(UserErased, ({ user_id }) => user_id === person.id)).toMatchObject({
      email: person.email,
    });

    expect((await client.get('/v1/auth/user', { token })).status).toBe(401);
    expect((await client.post('/v1/auth/refresh', { refresh_token: person.refreshToken })).status).toBe(401);
    expect((await client.post('/v1/auth/login', { email: person.email, password: person.password })).status).toBe(401);

    // The reset that was asked for does not claim that there is a newer link.
    const reset = await gateway.events.next(UserPasswordResetRequested, ({ user_id }) => user_id === person.id);
    const late = await client.post('/v1/auth/password/reset', {
      token: linkToken(gateway.config.env.LINK_KEY, 'reset-password', reset.token_id, person.email),
      password: 'another good passphrase',
      password_confirmation: 'another good passphrase',
    });
    expect([late.status, late.body.title]).toEqual([410, 'This link no longer works']);

    // The outbox deletes what it has sent a moment later.
    await expect.poll(() => tablesWith(gateway, person.email)).toEqual([]);
    const audit = await gateway.database.sql('audit_log').where({ subject_id: idToBytes(person.id) });
    expect(audit.map(({ action }) => action)).toContain('erase');
  });
});

/** The tables that hold the text in any column, as text or as bytes. */
async function tablesWith({ database }: TestGateway, needle: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await tablesOf(database)) {
    const rows: Record<string, unknown>[] = await database.sql(name);
    const text = rows.map((row) =>
      Object.values(row).map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : String(value))),
    );
    if (text.flat().some((value) => value.toLowerCase().includes(needle))) found.push(name);
  }
  return found;
}
