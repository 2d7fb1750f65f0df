import { idToBytes } from '@postern/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccountsConfig } from '../src/accounts/config.ts';
import { Argon2PasswordHasher } from '../src/accounts/passwords/argon2-password-hasher.ts';
import { type HashClient, HashQueue } from '../src/accounts/passwords/hash-queue.ts';
import { PasswordHasher } from '../src/accounts/passwords/password-hasher.ts';
import { Client } from './accounts/client.ts';
import { registered, signedIn, signUp, verified } from './accounts/person.ts';
import { rankTest } from './accounts/rank-test.ts';
import { TestGateway } from './accounts/test-gateway.ts';
import { compareTimings, type Probe } from './accounts/timing.ts';

/** Below it, two samples are taken for different. */
const SIGNIFICANT = 0.001;
const SAMPLING = { samples: 500, warmUp: 20, budgetMs: 8_000 };
/** A hash that takes a millisecond, which no other part of a request comes near. */
const env = { PASSWORD_HASH_MEMORY_KIB: '1024' };
const TIME_LIMIT_MS = 600_000;

/** Chance makes one comparison in a thousand look different, a difference makes each. */
async function tellApart(first: Probe, second: Probe, sampling = SAMPLING): Promise<boolean> {
  for (let round = 0; round < 2; round++) {
    if ((await compareTimings(first, second, sampling)).p >= SIGNIFICANT) return false;
  }
  return true;
}

/** Numbers in [0, 1), the same ones in each run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe('the rank test', () => {
  const random = seeded(20_261_123);
  // Timings are skewed: a floor, and a tail of what else the machine had to do.
  const timings = (floorMs: number) => Array.from({ length: 500 }, () => floorMs - Math.log(1 - random()));

  it('finds no difference between samples of one distribution, and none between constants', () => {
    const found = Array.from({ length: 50 }, () => rankTest(timings(5), timings(5)).p);
    expect(found.filter((p) => p < 0.05).length).toBeLessThan(10);
    expect(Math.min(...found)).toBeGreaterThan(SIGNIFICANT);
    expect(rankTest([1, 1, 1], [1, 1, 1])).toEqual({ p: expect.closeTo(1), effect: 0.5 });
  });

  it('finds a difference of a third of the noise, either way', () => {
    expect(rankTest(timings(5.33), timings(5)).p).toBeLessThan(SIGNIFICANT);
    expect(rankTest(timings(5), timings(5.33)).p).toBeLessThan(SIGNIFICANT);
  });

  it('knows the published figures of a small example', () => {
    // Mann and Whitney's own: all of one sample before all of the other.
    const { effect } = rankTest([1, 2, 3, 4], [5, 6, 7, 8, 9]);
    expect(effect).toBe(0);
  });
});

describe('the time of an answer', () => {
  let gateway: TestGateway;
  let client: Client;

  beforeAll(async () => {
    gateway = await TestGateway.start({ env });
    client = new Client(gateway.url);
  });

  afterAll(() => gateway.close());

  const post = (path: string, body: (index: number) => unknown): Probe => {
    return (index) => client.post(path, body(index));
  };

  it('does not tell a wrong password from an address without an account', { timeout: TIME_LIMIT_MS }, async () => {
    const { email } = await verified(gateway);
    const wrong = post('/v1/auth/login', () => ({ email, password: 'a wrong guess' }));
    const unknown = post('/v1/auth/login', () => ({ email: `no.${email}`, password: 'a wrong guess' }));
    expect(await tellApart(wrong, unknown)).toBe(false);
  });

  it('does not tell a right password of a disabled or unverified account from a wrong one', {
    timeout: TIME_LIMIT_MS,
  }, async () => {
    const person = await registered(gateway);
    const disabled = await verified(gateway);
    const id = idToBytes(disabled.id);
    await gateway.database.sql('users').where({ id }).update({ disabled_at: new Date() });
    const right = post('/v1/auth/login', (index) => {
      const { email, password } = index % 2 ? person : disabled;
      return { email, password };
    });
    const wrong = post('/v1/auth/login', (index) => {
      const { email } = index % 2 ? person : disabled;
      return { email, password: 'a wrong guess' };
    });
    expect(await tellApart(right, wrong)).toBe(false);
  });

  it('does not tell a taken address from a new one at sign-up', { timeout: TIME_LIMIT_MS }, async () => {
    const { email } = await verified(gateway);
    const fresh = post('/v1/auth/register', () => signUp());
    const taken = post('/v1/auth/register', () => signUp({ email }));
    expect(await tellApart(fresh, taken)).toBe(false);
  });

  it('does not tell an address with a pending sign-up from a new one at sign-up', {
    timeout: TIME_LIMIT_MS,
  }, async () => {
    const { email } = await registered(gateway);
    const fresh = post('/v1/auth/register', () => signUp());
    const waiting = post('/v1/auth/register', () => signUp({ email }));
    expect(await tellApart(fresh, waiting)).toBe(false);
  });

  it('does not tell the address of a disabled account from another that is taken at sign-up', {
    timeout: TIME_LIMIT_MS,
  }, async () => {
    const { email } = await verified(gateway);
    const disabled = await verified(gateway);
    const id = idToBytes(disabled.id);
    await gateway.database.sql('users').where({ id }).update({ disabled_at: new Date() });
    const taken = post('/v1/auth/register', () => signUp({ email }));
    const shut = post('/v1/auth/register', () => signUp({ email: disabled.email }));
    expect(await tellApart(taken, shut)).toBe(false);
  });

  it('does not tell who has an account when a password is forgotten', { timeout: TIME_LIMIT_MS }, async () => {
    const { email } = await verified(gateway);
    const known = post('/v1/auth/password/forgot', () => ({ email }));
    const unknown = post('/v1/auth/password/forgot', () => ({ email: `no.${email}` }));
    expect(await tellApart(known, unknown)).toBe(false);
  });

  it('does not tell who waits for a verification link', { timeout: TIME_LIMIT_MS }, async () => {
    const { email } = await registered(gateway);
    const waiting = post('/v1/auth/email/resend', () => ({ email }));
    const unknown = post('/v1/auth/email/resend', () => ({ email: `no.${email}` }));
    expect(await tellApart(waiting, unknown)).toBe(false);
  });
});

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

/** The classic mistake: no account, no hash. */
class LeakyPasswordHasher extends Argon2PasswordHasher {
  override async verify(password: string, hash: string | undefined, client?: HashClient): Promise<boolean> {
    return hash !== undefined && super.verify(password, hash, client);
  }
}

describe('a planted oracle', () => {
  it('is found', { timeout: TIME_LIMIT_MS }, async () => {
    const gateway = await TestGateway.start({
      // At its real cost, so that the difference grows with whatever slows this machine down.
      env: { PASSWORD_HASH_MEMORY_KIB: '19456', PASSWORD_HASH_PASSES: '2' },
      plant: (container) => {
        container.unbind(PasswordHasher);
        container
          .bind(PasswordHasher)
          .toResolvedValue(
            (queue: HashQueue, config: AccountsConfig) => new LeakyPasswordHasher(queue, config),
            [HashQueue, AccountsConfig],
          )
          .inSingletonScope();
      },
    });
    try {
      const client = new Client(gateway.url);
      const { email } = await verified(gateway);
      const wrong: Probe = () => client.post('/v1/auth/login', { email, password: 'a wrong guess' });
      const unknown: Probe = () => client.post('/v1/auth/login', { email: `no.${email}`, password: 'a wrong guess' });
      expect(await tellApart(wrong, unknown, { samples: 60, warmUp: 5, budgetMs: 4_000 })).toBe(true);
    } finally {
      await gateway.close();
    }
  });
});
