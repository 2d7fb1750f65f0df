import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, Client } from './accounts/client.ts';
import { signedIn, verified } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

const GRACE_SECONDS = 15;
const IDLE_SECONDS = 14 * 86_400;

let gateway: TestGateway;
let replica: TestGateway;
let client: Client;

beforeAll(async () => {
  gateway = await TestGateway.start();
  replica = await TestGateway.start({ replicaOf: gateway });
  client = new Client(gateway.url);
});

afterAll(async () => {
  await replica.close();
  await gateway.close();
});

const refresh = (refresh_token: string, through = client) => through.post('/v1/auth/refresh', { refresh_token });
const invalid = 'http://gateway.test/problems/refresh-token-invalid';

describe('signing in', () => {
  it('ends the session that was not used for the longest time when there are too many', async () => {
    const bounded = await TestGateway.start({ env: { SESSIONS_PER_ACCOUNT: '2' } });
    try {
      const person = await signedIn(bounded);
      const tokens = [person.accessToken];
      for (let more = 0; more < 2; more++) {
        bounded.clock.advance(1);
        tokens.push((await signedIn(bounded, person)).accessToken);
      }
      const answers = await Promise.all(tokens.map((token) => person.client.get('/v1/auth/user', { token })));
      expect(answers.map(({ status }) => status)).toEqual([401, 200, 200]);
    } finally {
      await bounded.close();
    }
  });
});

describe('a session', () => {
  it('that began while the clock was far ahead counts as no recent sign-in until then', async () => {
    gateway.clock.advance(86_400);
    const person = await signedIn(gateway);
    gateway.clock.advance(-86_400);
    const { body } = await refresh(person.refreshToken);
    const { status } = await client.post('/v1/auth/two-factor/totp', undefined, { token: body.access_token });
    expect(status).toBe(403);
  });
});

describe('refreshing', () => {
  it('gives new tokens that work, and rotates the refresh token', async () => {
    const person = await signedIn(gateway);
    const answer = await refresh(person.refreshToken);
    expect(answer.status).toBe(200);
    expect(answer.body.refresh_token).not.toBe(person.refreshToken);
    expect((await client.get('/v1/auth/user', { token: answer.body.access_token })).status).toBe(200);
    expect((await refresh(answer.body.refresh_token)).status).toBe(200);
  });

  it('loses no session in a thousand honest races between two tabs on two replicas', async () => {
    const other = new Client(replica.url);
    const sessions = 50;
    const rounds = 20;
    const people = await Promise.all(Array.from({ length: 5 }, () => verified(gateway)));
    const runs = Array.from({ length: sessions }, async (_, index) => {
      let token = (await signedIn(gateway, people[index % people.length])).refreshToken;
      for (let round = 0; round < rounds; round++) {
        const [here, there] = await Promise.all([refresh(token), refresh(token, other)]);
        expect([here.status, there.status]).toEqual([200, 200]);
        expect(there.body.refresh_token).toBe(here.body.refresh_token);
        token = here.body.refresh_token;
      }
    });
    await Promise.all(runs);
  });

  it('ends the session when a token comes back after the grace although its successor is in use', async () => {
    const person = await signedIn(gateway);
    const next = await refresh(person.refreshToken);
    expect((await client.get('/v1/auth/user', { token: next.body.access_token })).status).toBe(200);
    gateway.clock.advance(GRACE_SECONDS + 1);
    const replay = await refresh(person.refreshToken);
    expect([replay.status, replay.body.type]).toEqual([401, invalid]);
    expect((await refresh(next.body.refresh_token)).status).toBe(401);
    expect((await client.get('/v1/auth/user', { token: next.body.access_token })).status).toBe(401);
  });

  it('forgives a client whose answer was lost, however long the outage was', async () => {
    const person = await signedIn(gateway);
    const lost = await refresh(person.refreshToken);
    gateway.clock.advance(10 * GRACE_SECONDS);
    const again = await refresh(person.refreshToken, new Client(replica.url));
    expect([again.status, again.body.refresh_token]).toEqual([200, lost.body.refresh_token]);
    expect((await refresh(again.body.refresh_token)).status).toBe(200);
  });

  it('gives the newest token to whoever comes with one that is two rotations old within the grace, and ends the session later', async () => {
    const person = await signedIn(gateway);
    const second = await refresh(person.refreshToken);
    const third = await refresh(second.body.refresh_token);
    expect((await refresh(person.refreshToken)).body.refresh_token).toBe(third.body.refresh_token);
    gateway.clock.advance(GRACE_SECONDS + 1);
    expect((await refresh(person.refreshToken)).status).toBe(401);
    expect((await refresh(third.body.refresh_token)).status).toBe(401);
  });

  it('lets nobody end a session with a token that is made up', async () => {
    const person = await signedIn(gateway);
    const bytes = Buffer.from(person.refreshToken, 'base64url');
    const forged = Buffer.concat([bytes.subarray(0, 20), randomBytes(32)]).toString('base64url');
    const shifted = Buffer.from(bytes);
    shifted.writeUInt32BE(7, 16);
    for (const token of [forged, shifted.toString('base64url'), 'x', `${person.refreshToken}A`]) {
      expect((await refresh(token)).body.type).toBe(invalid);
    }
    expect((await refresh(person.refreshToken)).status).toBe(200);
  });

  it('ends a session that was not used for two weeks, and any session after thirty days', async () => {
    const idle = await signedIn(gateway);
    gateway.clock.advance(IDLE_SECONDS + 1);
    expect((await refresh(idle.refreshToken)).status).toBe(401);

    let { refreshToken } = await signedIn(gateway);
    const answers: Answer[] = [];
    for (let week = 0; week < 5; week++) {
      gateway.clock.advance(7 * 86_400);
      const answer = await refresh(refreshToken);
      answers.push(answer);
      if (answer.status === 200) refreshToken = answer.body.refresh_token;
    }
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 401]);
  });
});

describe('signing out', () => {
  it('ends this session alone', async () => {
    const person = await verified(gateway);
    const here = await signedIn(gateway, person);
    const there = await signedIn(gateway, person);
    expect((await client.post('/v1/auth/logout', undefined, { token: here.accessToken })).status).toBe(204);
    expect((await refresh(here.refreshToken)).status).toBe(401);
    expect((await client.get('/v1/auth/user', { token: here.accessToken })).status).toBe(401);
    expect((await refresh(there.refreshToken)).status).toBe(200);
  });

  it('ends all sessions when asked to', async () => {
    const person = await verified(gateway);
    const here = await signedIn(gateway, person);
    const there = await signedIn(gateway, person);
    expect((await client.post('/v1/auth/logout-all', undefined, { token: here.accessToken })).status).toBe(204);
    for (const { refreshToken, accessToken } of [here, there]) {
      expect((await refresh(refreshToken)).status).toBe(401);
      expect((await client.get('/v1/auth/user', { token: accessToken })).status).toBe(401);
    }
  });

  it('shows a person their sessions, and lets them end one', async () => {
    const person = await verified(gateway);
    const here = await signedIn(gateway, person);
    const phone = new Client(
      gateway.url,
      'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/604.1',
    );
    const there = await phone.post(
      '/v1/auth/login',
      { email: person.email, password: person.password },
      { from: '2001:db8:aaaa:bbbb::17' },
    );
    const { body } = await client.get('/v1/auth/sessions', { token: here.accessToken });
    const [first, second] = body.sessions.sort((a: { current: boolean }) => (a.current ? -1 : 1));
    expect(first).toMatchObject({ current: true, device: 'Firefox on Linux', address_range: '198.51.100.0/24' });
    expect(second).toMatchObject({ current: false, device: 'Safari on iOS', address_range: '2001:db8:aaaa::/48' });

    const ended = await client.send('DELETE', `/v1/auth/sessions/${second.id}`, undefined, { token: here.accessToken });
    expect(ended.status).toBe(204);
    expect((await refresh(there.body.refresh_token)).status).toBe(401);
    const again = await client.send('DELETE', `/v1/auth/sessions/${second.id}`, undefined, { token: here.accessToken });
    expect(again.status).toBe(404);
  });

  it('lets nobody end the session of somebody else', async () => {
    const mallory = await signedIn(gateway);
    const victim = await signedIn(gateway);
    const { body } = await client.get('/v1/auth/sessions', { token: victim.accessToken });
    const path = `/v1/auth/sessions/${body.sessions[0].id}`;
    expect((await client.send('DELETE', path, undefined, { token: mallory.accessToken })).status).toBe(404);
    expect((await refresh(victim.refreshToken)).status).toBe(200);
  });
});
