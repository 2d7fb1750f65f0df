import { idToBytes } from '@postern/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from './accounts/client.ts';
import { registered, signedIn, signUp, verified } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

describe('the statements of an answer', () => {
  let gateway: TestGateway;
  let client: Client;

  beforeAll(async () => {
    gateway = await TestGateway.start();
    client = new Client(gateway.url);
  });

  afterAll(() => gateway.close());

  /** What a request runs, in order; not what the outbox does by itself meanwhile. */
  async function statements(path: string, body: unknown, token?: string): Promise<string[]> {
    const ran: string[] = [];
    const listener = ({ sql }: { sql: string }) => {
      if (/^(BEGIN|COMMIT)/.test(sql)) return;
      if (!/outbox/.test(sql) || /^insert/.test(sql)) ran.push(sql);
    };
    gateway.database.sql.on('query', listener);
    try {
      await client.post(path, body, { token });
    } finally {
      gateway.database.sql.removeListener('query', listener);
    }
    return ran;
  }

  it('are the same whether an address is new, pending, confirmed or disabled', async () => {
    const person = await verified(gateway);
    const waiting = await registered(gateway);
    const crowded = await registered(gateway);
    for (let more = 0; more < 12; more++) await registered(gateway, { email: crowded.email });
    const disabled = await verified(gateway);
    const id = idToBytes(disabled.id);
    await gateway.database.sql('users').where({ id }).update({ disabled_at: new Date() });
    const password = 'a wrong guess';
    const everybody = [signUp(), waiting, crowded, person, disabled];
    const ownSecret = { email: waiting.email, sign_up_secret: waiting.signUpSecret };
    const groups: [string, unknown[]][] = [
      ['/v1/auth/register', everybody.map(({ email }) => signUp({ email }))],
      ['/v1/auth/email/resend', [...everybody.map(({ email }) => ({ email })), ownSecret]],
      ['/v1/auth/password/forgot', everybody.map(({ email }) => ({ email }))],
      [
        '/v1/auth/login',
        [
          ...everybody.map(({ email }) => ({ email, password })),
          ...[waiting, crowded, disabled].map((one) => ({ email: one.email, password: one.password })),
        ],
      ],
    ];
    for (const [path, bodies] of groups) {
      // Once before: the first failure of an account inserts the row that later ones update.
      for (const body of bodies) await client.post(path, body);
      const runs: string[][] = [];
      for (const body of bodies) runs.push(await statements(path, body));
      expect(runs[0]?.length, path).toBeGreaterThan(3);
      for (const run of runs) expect(run, path).toEqual(runs[0]);
    }
  });

  it('are the same whether another address that somebody asks for is free, pending, taken or disabled', async () => {
    const asking = await signedIn(gateway);
    const owner = await verified(gateway);
    const disabled = await verified(gateway);
    const id = idToBytes(disabled.id);
    await gateway.database.sql('users').where({ id }).update({ disabled_at: new Date() });
    const runs: string[][] = [];
    for (const { email } of [signUp(), await registered(gateway), owner, disabled]) {
      runs.push(await statements('/v1/auth/email/change', { new_email: email }, asking.accessToken));
    }
    expect(runs[0]?.length).toBeGreaterThan(3);
    for (const run of runs) expect(run).toEqual(runs[0]);
  });

  it('give the same answer, but for what is random, for all of them', async () => {
    const [person, waiting] = [await verified(gateway), await registered(gateway)];
    const shape = async (path: string, body: unknown) => {
      const { status, headers, body: answer } = await client.post(path, body);
      const {
        request_id: _id,
        sign_up_secret: _secret,
        verification_expires_at: _end,
        email: _email,
        ...rest
      } = answer;
      return { status, names: [...headers.keys()].sort(), fields: Object.keys(answer), rest };
    };
    for (const { email } of [waiting, person]) {
      const fresh = signUp();
      const password = 'a wrong guess';
      expect(await shape('/v1/auth/register', signUp({ email }))).toEqual(await shape('/v1/auth/register', fresh));
      for (const path of ['/v1/auth/email/resend', '/v1/auth/password/forgot']) {
        expect(await shape(path, { email })).toEqual(await shape(path, { email: fresh.email }));
      }
      const refused = await shape('/v1/auth/login', { email, password });
      expect(refused).toEqual(await shape('/v1/auth/login', { email: `no.${email}`, password }));
    }
    const { email, password } = waiting;
    const right = await shape('/v1/auth/login', { email, password });
    expect(right).toEqual(await shape('/v1/auth/login', { email, password: 'a wrong guess' }));
    expect(right.rest).toMatchObject({ detail: expect.stringContaining('follow the link in the mail first') });
  });
});
