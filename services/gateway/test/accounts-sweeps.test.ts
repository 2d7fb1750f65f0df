import { afterAll, beforeAll, expect, it } from 'vitest';
import { registered, signedIn } from './accounts/person.ts';
import { runSchedules } from './accounts/run-schedules.ts';
import { TestGateway } from './accounts/test-gateway.ts';

const DAY = 86_400;

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start({ env: { AUDIT_RETENTION_DAYS: '3650' } });
});

afterAll(() => gateway.close());

const sweep = (daysLater: number) => runSchedules(gateway, daysLater * DAY);

async function rows(): Promise<Record<string, number>> {
  const tables = [
    'users',
    'sign_ups',
    'link_tokens',
    'sessions',
    'guesses',
    'known_devices',
    'sign_in_challenges',
    'audit_log',
  ];
  const counts: Record<string, number> = {};
  for (const table of tables) counts[table] = (await gateway.database.sql(table)).length;
  return counts;
}

it('sweeps away what has expired and explains nothing any more, and keeps people and the audit log', async () => {
  const person = await signedIn(gateway);
  await person.client.post('/v1/auth/login', { email: person.email, password: 'a wrong guess' });
  await registered(gateway);
  const full = await rows();
  // Of each sign-up its link, and the one by which sign-ups of one address wait for each other.
  expect(full).toMatchObject({ users: 1, sign_ups: 1, link_tokens: 4, sessions: 1, guesses: 3, known_devices: 1 });

  await sweep(1);
  expect(await rows()).toEqual(full);
  await sweep(8);
  expect(await rows()).toEqual({ ...full, sign_ups: 0, guesses: 0 });
  await sweep(40);
  expect(await rows()).toEqual({ ...full, sign_ups: 0, link_tokens: 0, sessions: 0, guesses: 0 });
  await sweep(400);
  expect(await rows()).toEqual({ ...full, sign_ups: 0, link_tokens: 0, sessions: 0, guesses: 0, known_devices: 0 });
});
