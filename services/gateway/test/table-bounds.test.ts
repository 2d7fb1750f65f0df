import { randomBytes } from 'node:crypto';
import { idToBytes } from '@postern/runtime';
import { tablesOf } from '@postern/runtime/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DeviceStore } from '../src/accounts/sessions/device-store.ts';
import { Client } from './accounts/client.ts';
import { type Person, registered, signedIn, signUp, verified } from './accounts/person.ts';
import { runSchedules } from './accounts/run-schedules.ts';
import { withSecondFactor } from './accounts/second-factor.ts';
import { withPassword } from './accounts/taking.ts';
import { TestGateway } from './accounts/test-gateway.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;
/** Small limits, so that a flood is small too. */
const LIMIT = 6;
const FLOOD = 25;
const env = {
  SIGN_UPS_PER_HOUR: String(LIMIT),
  MAILS_PER_HOUR: '100',
  SIGN_INS_PER_ACCOUNT: String(LIMIT),
  SIGN_INS_PER_ADDRESS: '100',
  GUESS_FREE_PER_ACCOUNT: '3',
  GUESS_FREE_PER_ADDRESS: String(LIMIT),
  CHANGES_PER_HOUR: String(LIMIT),
  SESSIONS_PER_ACCOUNT: '3',
  AUDIT_RETENTION_DAYS: '90',
};

let gateway: TestGateway;
let client: Client;

beforeAll(async () => {
  gateway = await TestGateway.start({ env });
  client = new Client(gateway.url);
});

afterAll(() => gateway.close());

// Every test has an hour of its own.
beforeEach(() => gateway.clock.advance(HOUR + 1));

async function rowsOf(table: string, where: Record<string, unknown> = {}): Promise<number> {
  const [row] = await gateway.database.sql(table).where(where).count({ rows: '*' });
  return Number(row?.rows);
}

/** All that is swept, as if so many seconds had passed. */
const sweepAfter = (seconds: number) => runSchedules(gateway, seconds);

async function flood(count: number, ask: (index: number) => Promise<unknown>): Promise<void> {
  for (let index = 0; index < count; index++) await ask(index);
}

const madeUp = () => `${randomBytes(6).toString('hex')}@example.com`;
const login = ({ email, password }: Person) => client.post('/v1/auth/login', { email, password });
const forgot = (email: string, headers = {}) => client.post('/v1/auth/password/forgot', { email }, { headers });

interface Bound {
  /** In words, for whoever adds a table. */
  bound: string;
  /** Tries to grow the table without end, as a stranger or with an account of one's own, and looks at it. */
  show: () => Promise<void>;
  fixed?: true;
}

/** Nothing that is asked for here adds a row; where something else does, its own test shows the bound. */
const fixed = (bound: string): Bound => ({ bound, fixed: true, show: async () => undefined });

/** What bounds each table that somebody can grow. Whoever adds a table says so here, and shows it. */
const BOUNDS: Record<string, Bound> = {
  users: {
    bound: 'one for each address whose owner has followed a link',
    show: async () => {
      const before = await rowsOf('users');
      await flood(FLOOD, () => client.post('/v1/auth/register', signUp()));
      await flood(FLOOD, () => forgot(madeUp()));
      expect(await rowsOf('users')).toBe(before);
    },
  },
  user_roles: {
    bound: 'each role once for each user, given by administrators',
    show: async () => {
      const person = await verified(gateway);
      expect(await rowsOf('user_roles', { user_id: idToBytes(person.id) })).toBe(1);
    },
  },
  sign_ups: {
    bound: 'SIGN_UPS_PER_HOUR a client address, ten an e-mail address, for SIGN_UP_DAYS',
    show: async () => {
      await sweepAfter(30 * DAY);
      await flood(FLOOD, () => client.post('/v1/auth/register', signUp()));
      expect(await rowsOf('sign_ups')).toBe(LIMIT);
      const one = signUp();
      await flood(FLOOD, (index) => client.post('/v1/auth/register', one, { from: `203.0.${index}.1` }));
      expect(await rowsOf('sign_ups', { email: one.email })).toBe(10);
      await sweepAfter(8 * DAY);
      expect(await rowsOf('sign_ups')).toBe(0);
    },
  },
  link_tokens: {
    bound:
      'one for each purpose of an account; SIGN_UPS_PER_HOUR a client address for addresses without one, which must not differ',
    show: async () => {
      const person = await verified(gateway);
      const before = await rowsOf('link_tokens');
      await flood(LIMIT, () => forgot(person.email));
      expect(await rowsOf('link_tokens')).toBe(before + 1);
      await flood(FLOOD, () => client.post('/v1/auth/email/resend', { email: madeUp() }));
      expect(await rowsOf('link_tokens')).toBe(before + 1 + LIMIT);
      await sweepAfter(60 * DAY);
      expect(await rowsOf('link_tokens')).toBe(0);
    },
  },
  former_passwords: {
    bound: 'three an account, the first of two weeks',
    show: async () => {
      let person = await signedIn(gateway);
      for (let count = 0; count < 5; count++) person = await withPassword(person, `the passphrase of time ${count}`);
      expect(await rowsOf('former_passwords', { user_id: idToBytes(person.id) })).toBe(3);
      await sweepAfter(15 * DAY);
      expect(await rowsOf('former_passwords')).toBe(0);
    },
  },
  sessions: {
    bound: 'SESSIONS_PER_ACCOUNT that live, SIGN_INS_PER_ACCOUNT a minute; an ended one is kept for a week',
    show: async () => {
      const person = await verified(gateway);
      const user_id = idToBytes(person.id);
      await flood(FLOOD, () => login(person));
      expect(await rowsOf('sessions', { user_id })).toBe(LIMIT);
      expect(await rowsOf('sessions', { user_id, revoked_at: null })).toBe(3);
      await sweepAfter(8 * DAY);
      expect(await rowsOf('sessions', { user_id })).toBe(3);
      await sweepAfter(60 * DAY);
      expect(await rowsOf('sessions', { user_id })).toBe(0);
    },
  },
  known_devices: {
    bound: 'a hundred an account, those seen last; a year',
    show: async () => {
      const { id } = await verified(gateway);
      const devices = gateway.container.get(DeviceStore);
      const fingerprints = Array.from({ length: 110 }, () => randomBytes(32));
      await flood(fingerprints.length, (index) => {
        const at = new Date(gateway.clock.now().getTime() + index * 1_000);
        const seen = { fingerprint: fingerprints[index] as Buffer, older: randomBytes(32) };
        return gateway.database.transaction((tx) => devices.see(tx, id, seen, at));
      });
      expect(await rowsOf('known_devices', { user_id: idToBytes(id) })).toBe(100);
      expect(await rowsOf('known_devices', { fingerprint: fingerprints.at(-1) })).toBe(1);
      await sweepAfter(400 * DAY);
      expect(await rowsOf('known_devices')).toBe(0);
    },
  },
  guesses: {
    bound: 'by accounts that fail from a client address before delays; two days',
    show: async () => {
      await sweepAfter(3 * DAY);
      await flood(FLOOD * 3, () => client.post('/v1/auth/login', { email: madeUp(), password: 'whatever it is' }));
      // The account, the pair, and once the address; a delay of a second may pass on a slow machine.
      expect(await rowsOf('guesses')).toBeLessThanOrEqual(2 * (LIMIT + 5) + 1);
      await sweepAfter(3 * DAY);
      expect(await rowsOf('guesses')).toBe(0);
    },
  },
  totp_secrets: {
    bound: 'one an account',
    show: async () => {
      const { id, accessToken: token } = await signedIn(gateway);
      await flood(FLOOD, () => client.post('/v1/auth/two-factor/totp', undefined, { token }));
      expect(await rowsOf('totp_secrets', { user_id: idToBytes(id) })).toBe(1);
    },
  },
  recovery_codes: {
    bound: 'ten an account',
    show: async () => {
      const { id, accessToken: token } = await withSecondFactor(gateway);
      await flood(FLOOD, () => client.post('/v1/auth/two-factor/recovery-codes', undefined, { token }));
      expect(await rowsOf('recovery_codes', { user_id: idToBytes(id) })).toBe(10);
    },
  },
  sign_in_challenges: {
    bound: 'SIGN_INS_PER_ACCOUNT a minute, for five minutes',
    show: async () => {
      const person = await withSecondFactor(gateway);
      gateway.clock.advance(61);
      await flood(FLOOD, () => login(person));
      expect(await rowsOf('sign_in_challenges', { user_id: idToBytes(person.id) })).toBe(LIMIT);
      await sweepAfter(301);
      expect(await rowsOf('sign_in_challenges')).toBe(0);
    },
  },
  audit_log: {
    bound: 'by the limits and delays of what is recorded: what they refuse leaves no line; AUDIT_RETENTION_DAYS',
    show: async () => {
      const { accessToken: token } = await signedIn(gateway);
      const before = await rowsOf('audit_log');
      await flood(FLOOD, (index) =>
        client.send('PATCH', '/v1/auth/user', { last_name: `Name ${index}`.replaceAll(/\d/g, 'x') }, { token }),
      );
      await flood(FLOOD, () => client.get('/v1/users', { token }));
      await flood(FLOOD, () => client.post('/v1/auth/register', signUp(), { from: '203.0.113.44' }));
      await flood(FLOOD, () =>
        client.post('/v1/auth/login', { email: madeUp(), password: 'whatever it is' }, { from: '203.0.113.45' }),
      );
      // Changes, one refusal of access a minute, sign-ups, wrong passwords before delays.
      expect(await rowsOf('audit_log')).toBeLessThanOrEqual(before + LIMIT + 1 + LIMIT + LIMIT + 5);
      await sweepAfter(100 * DAY);
      expect(await rowsOf('audit_log')).toBe(0);
    },
  },
  idempotency_keys: {
    bound: 'by the limits of the operations that honour a key: what is refused leaves none; a day',
    show: async () => {
      await sweepAfter(2 * DAY);
      await flood(FLOOD, (index) => forgot(madeUp(), { 'idempotency-key': `another-key-${index}` }));
      expect(await rowsOf('idempotency_keys')).toBe(LIMIT);
      const reset = { token: 'made-up', password: 'quite a long one', password_confirmation: 'quite a long one' };
      await flood(FLOOD, (index) =>
        client.post('/v1/auth/password/reset', reset, { headers: { 'idempotency-key': `reset-${index}-key` } }),
      );
      expect(await rowsOf('idempotency_keys')).toBe(LIMIT);
      await sweepAfter(2 * DAY);
      expect(await rowsOf('idempotency_keys')).toBe(0);
    },
  },
  rate_limits: {
    bound: 'what a client address may ask for, for the length of the window; what is made up past it adds none',
    show: async () => {
      await sweepAfter(2 * HOUR);
      await flood(FLOOD, () => forgot(madeUp()));
      // The address, and the mailboxes before it was used up: each with what it has in reserve.
      expect(await rowsOf('rate_limits')).toBe(1 + 2 * LIMIT);
      const unsubscribe = (token: string) => client.post(`/unsubscribe?token=${token}`);
      await flood(FLOOD, (index) => unsubscribe(`made-up-${index}`));
      // The address again, and all made-up tokens together.
      expect(await rowsOf('rate_limits')).toBeLessThanOrEqual(1 + 2 * LIMIT + 2);
      await sweepAfter(2 * HOUR);
      expect(await rowsOf('rate_limits')).toBe(0);
    },
  },
  outbox: {
    bound: 'by the limits of what publishes; a row goes when SQS has it',
    show: async () => {
      await registered(gateway);
      await expect.poll(() => rowsOf('outbox')).toBe(0);
    },
  },
  request_records: fixed(
    '300 a minute and replica of what was refused, of what failed, and of each client; REQUEST_RECORD_DAYS (http-request-records.test.ts)',
  ),
  replicas: fixed('one a replica, an hour after it was last heard of (packages/durable/test/status.test.ts)'),
  job_schedules: fixed('one for each schedule of the code'),
  job_locks: fixed('one for each schedule whose run is under way, or died within the hour'),
  roles: fixed('those of the migrations'),
  role_permissions: fixed('those of the migrations'),
  signing_keys: fixed('one in a while, by time and by command; removed when nobody needs it'),
  root_keys: fixed('one row'),
  migrations: fixed('one for each migration'),
};

describe('a table that somebody can grow', () => {
  const growing = Object.entries(BOUNDS).filter(([, bound]) => !bound.fixed);
  const others = Object.keys(BOUNDS).filter((table) => BOUNDS[table]?.fixed);
  let before: number[];

  beforeAll(async () => {
    // The first sign-in may make a key.
    await signedIn(gateway);
    before = await Promise.all(others.map((table) => rowsOf(table)));
  });

  it('has a bound, which is stated here', async () => {
    expect(await tablesOf(gateway.database)).toEqual(Object.keys(BOUNDS).sort());
  });

  it.each(growing)('%s', async (_table, { show }) => show());

  it('is not one of those that only migrations and commands grow', async () => {
    expect(await Promise.all(others.map((table) => rowsOf(table)))).toEqual(before);
  });
});
