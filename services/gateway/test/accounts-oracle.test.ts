import { setTimeout as sleep } from 'node:timers/promises';
import { bindClass, Clock, idToBytes, type Sql, type Transaction } from '@postern/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Journal } from '../src/accounts/audit/journal.ts';
import { Links } from '../src/accounts/links/links.ts';
import { Argon2PasswordHasher } from '../src/accounts/passwords/argon2-password-hasher.ts';
import { HashQueue } from '../src/accounts/passwords/hash-queue.ts';
import { PasswordHasher } from '../src/accounts/passwords/password-hasher.ts';
import { RecoveryRequests } from '../src/accounts/recovery/recovery-requests.ts';
import { testConfig } from '../src/accounts/testing/fixtures.ts';
import { SqlUserStore } from '../src/accounts/users/sql-user-store.ts';
import type { User } from '../src/accounts/users/user.ts';
import { UserStore } from '../src/accounts/users/user-store.ts';
import { Routes } from '../src/http/bind-routes.ts';
import type { RequestContext } from '../src/http/route.ts';
import { Client } from './accounts/client.ts';
import { actingAs, registered, signedIn, signUp, verified } from './accounts/person.ts';
import { rankTest } from './accounts/rank-test.ts';
import { TestGateway } from './accounts/test-gateway.ts';
import { compareTimings, type Probe } from './accounts/timing.ts';

/** Below it, two samples are taken for different. */
const SIGNIFICANT = 0.001;
const SAMPLING = { samples: 500, warmUp: 20, budgetMs: 8_000 };
/** Of refused sign-ins, which answer in steps of a tenth of a second. */
const OF_REFUSALS = { samples: 60, warmUp: 5, budgetMs: 4_000 };
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

/** What else a busy machine does can hide a difference for a while, and shows none that is not there. */
async function tellApartAtLast(first: Probe, second: Probe, sampling: typeof SAMPLING): Promise<boolean> {
  for (let attempt = 0; attempt < 5; attempt++) if (await tellApart(first, second, sampling)) return true;
  return false;
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
    expect(await tellApart(wrong, unknown, OF_REFUSALS)).toBe(false);
  });

  it('does not tell who has not signed in since hashes were made to cost less', {
    timeout: TIME_LIMIT_MS,
  }, async () => {
    const { email, id, password } = await verified(gateway);
    const dear = testConfig({ PASSWORD_HASH_MEMORY_KIB: 8_192 });
    const hasher = new Argon2PasswordHasher(new HashQueue({ concurrency: 1, limit: 1 }), dear);
    const password_hash = await hasher.hash(password);
    await gateway.database
      .sql('users')
      .where({ id: idToBytes(id) })
      .update({ password_hash });
    const wrong = post('/v1/auth/login', () => ({ email, password: 'a wrong guess' }));
    const unknown = post('/v1/auth/login', () => ({ email: `no.${email}`, password: 'a wrong guess' }));
    expect(await tellApart(wrong, unknown, OF_REFUSALS)).toBe(false);
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
    expect(await tellApart(right, wrong, OF_REFUSALS)).toBe(false);
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

  it('does not tell a taken address from a free one when somebody asks to move to it', {
    timeout: TIME_LIMIT_MS,
  }, async () => {
    const asking = actingAs(await signedIn(gateway));
    const { email } = await verified(gateway);
    const ask = (new_email: string): Probe => {
      return () => asking.post('/v1/auth/email/change', { new_email });
    };
    expect(await tellApart(ask(email), ask(`no.${email}`))).toBe(false);
  });

  it('is in steps wherever a mail goes to an address of the asker’s choice', () => {
    const routes = gateway.container.getAll(Routes).flatMap((some) => some.routes);
    const mailing = routes.filter(({ limits = [] }) => limits.some(({ name }) => name === 'mails'));
    expect(mailing.length).toBeGreaterThanOrEqual(5);
    expect(mailing.filter(({ stepMs }) => stepMs === undefined).map(({ operationId }) => operationId)).toEqual([]);
  });
});

/** The classic mistake: what takes long is done for those alone who have an account. */
class LeakyRecoveryRequests extends RecoveryRequests {
  readonly #users: UserStore;
  readonly #hasher: PasswordHasher;

  constructor(users: UserStore, links: Links, journal: Journal, clock: Clock, hasher: PasswordHasher) {
    super(users, links, journal, clock);
    this.#users = users;
    this.#hasher = hasher;
  }

  override async request(tx: Transaction, email: string, context: RequestContext): Promise<void> {
    await super.request(tx, email, context);
    if (await this.#users.byEmail(tx, email)) await this.#hasher.hash('the token of the link');
  }
}

/** Takes longer to find somebody than nobody, by more than a row does. */
class SlowToFind extends SqlUserStore {
  override async byEmail(db: Sql, email: string): Promise<User | undefined> {
    const user = await super.byEmail(db, email);
    if (user) await sleep(5);
    return user;
  }
}

it('the time of an answer does not tell who has an account when a sign-in is asked to wait', {
  timeout: TIME_LIMIT_MS,
}, async () => {
  const gateway = await TestGateway.start({
    env: { ...env, SIGN_INS_PER_ACCOUNT: '1' },
    plant: (container) => {
      container.unbind(UserStore);
      bindClass(container, UserStore, SlowToFind, [Clock]);
    },
  });
  try {
    const client = new Client(gateway.url);
    const { email } = await verified(gateway);
    const asking = (address: string) => () => client.post('/v1/auth/login', { email: address, password: 'a guess' });
    const [known, unknown] = [asking(email), asking(`no.${email}`)];
    await Promise.all([known(), unknown()]);
    expect([(await known()).status, (await unknown()).status]).toEqual([429, 429]);
    expect(await tellApart(known, unknown, OF_REFUSALS)).toBe(false);
  } finally {
    await gateway.close();
  }
});

describe('a planted oracle', () => {
  it('is found', { timeout: TIME_LIMIT_MS }, async () => {
    const gateway = await TestGateway.start({
      // At its real cost, so that the difference grows with whatever slows this machine down.
      env: { PASSWORD_HASH_MEMORY_KIB: '19456', PASSWORD_HASH_PASSES: '2' },
      plant: (container) => {
        container.unbind(RecoveryRequests);
        bindClass(container, RecoveryRequests, LeakyRecoveryRequests, [
          UserStore,
          Links,
          Journal,
          Clock,
          PasswordHasher,
        ]);
      },
    });
    try {
      const client = new Client(gateway.url);
      const { email } = await verified(gateway);
      const known: Probe = () => client.post('/v1/auth/password/forgot', { email });
      const unknown: Probe = () => client.post('/v1/auth/password/forgot', { email: `no.${email}` });
      expect(await tellApartAtLast(known, unknown, { samples: 60, warmUp: 5, budgetMs: 4_000 })).toBe(true);
    } finally {
      await gateway.close();
    }
  });
});
