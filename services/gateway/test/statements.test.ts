import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { linkToken, subscribers, UserEmailChangeRequested, UserPasswordResetRequested } from '@postern/events';
import { expect, it } from 'vitest';
import { PERSONAL_TABLES } from '../src/accounts/privacy/personal-tables.ts';
import { AdminCreation } from '../src/accounts/registration/admin-creation.ts';
import type { Answer } from './accounts/client.ts';
import { type Person, registered, signedIn, signUp } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

const DOCUMENT = join(import.meta.dirname, '../../../docs/performance.md');
/** How many tables about people there are without a product's own: erasing somebody empties each by a statement. */
const TABLES = 10;
/** The table's rows: operation, statements, transactions among them. */
const ROW = /^\| ([a-z][^|]*?) \| (\d+) \| (\d+) \|$/gm;

interface Statement {
  sql: string;
  bindings?: readonly unknown[];
  /** Of its transaction. */
  __knexTxId?: string;
}

/** MySQL has no RETURNING: where MariaDB and SQLite count a limit in one statement, it is asked for the row as well. */
function isAskedOfMysqlAlone({ sql }: Statement): boolean {
  return sql.startsWith('select `hits`, `resets_at` from `rate_limits`');
}

/** What another team hears of it: a product has subscribers of its own. */
function isForSubscriber({ sql, bindings = [] }: Statement): boolean {
  return /^insert into .outbox/.test(sql) && bindings.some((each) => subscribers.some(({ queue }) => queue === each));
}

/** How many statements, BEGIN and COMMIT among them but for those of a product's own, and how many transactions; not what the outbox does by itself meanwhile. */
function costOf(all: readonly Statement[], further = 0): string {
  const ran = all.filter((one) => !isAskedOfMysqlAlone(one) && !isForSubscriber(one));
  const isOutbox = ({ sql }: Statement) => /outbox/.test(sql) && !/^insert/.test(sql);
  const transactions = Map.groupBy(
    ran.filter(({ __knexTxId: id }) => id !== undefined),
    ({ __knexTxId: id }) => id,
  );
  const own = [...transactions.values()].filter(
    (statements) => !statements.every((one) => frames(one) || isOutbox(one)),
  );
  const single = ran.filter((one) => one.__knexTxId === undefined && !isOutbox(one));
  return `${single.length + own.flat().length - further}, ${own.length}`;
}

function frames({ sql }: Statement): boolean {
  return /^(BEGIN|COMMIT|ROLLBACK)/.test(sql);
}

/** What a person does with an account from sign-up to erasure, and an admin beside it; each operation once, warmed up. */
async function measure(gateway: TestGateway): Promise<Record<string, string>> {
  const costs: Record<string, string> = {};
  const counted = async (operation: string, call: () => Promise<Answer>, further = 0): Promise<Answer> => {
    const ran: Statement[] = [];
    const listener = (statement: Statement) => void ran.push(statement);
    gateway.database.sql.on('query', listener);
    try {
      const answer = await call();
      expect(answer.status, `${operation}: ${answer.text}`).toBeLessThan(500);
      costs[operation] = costOf(ran, further);
      return answer;
    } finally {
      gateway.database.sql.removeListener('query', listener);
    }
  };
  const linkFor = (purpose: 'reset-password' | 'change-email', id: string, email: string) =>
    linkToken(gateway.config.env.LINK_KEY, purpose, id, email);

  await signedIn(gateway);
  const pending = await registered(gateway);
  const { client, id } = pending;
  await counted('sign up', () => client.post('/v1/auth/register', signUp()));
  await counted('ask for the verification mail again', () =>
    client.post('/v1/auth/email/resend', { email: pending.email }),
  );
  const proof = { token: pending.verifyToken, sign_up_secret: pending.signUpSecret };
  await counted('verify the address', () => client.post('/v1/auth/email/verify', proof));
  const person = await signedIn(gateway, pending);
  const { email, password } = person;
  await counted('sign in', () => client.post('/v1/auth/login', { email, password }));
  const known = { email, password, device_token: person.deviceToken };
  await counted('sign in from a known device', () => client.post('/v1/auth/login', known));
  await counted('be refused for a wrong password', () =>
    client.post('/v1/auth/login', { email, password: 'a wrong guess' }),
  );
  const { body: tokens } = await counted('refresh', () =>
    client.post('/v1/auth/refresh', { refresh_token: person.refreshToken }),
  );
  const call = { token: tokens.access_token };
  await client.get('/v1/auth/user', call);
  await counted('read the own account', () => client.get('/v1/auth/user', call));
  await counted('list the own sessions', () => client.get('/v1/auth/sessions', call));
  await counted('change a name', () => client.send('PATCH', '/v1/auth/user', { first_name: 'Augusta' }, call));
  const address = signUp().email;
  await counted('ask for another address', () => client.post('/v1/auth/email/change', { new_email: address }, call));
  const change = await gateway.events.next(UserEmailChangeRequested, ({ user_id }) => user_id === id);
  const confirmation = { token: linkFor('change-email', change.token_id, address), password };
  await counted('confirm another address', () => client.post('/v1/auth/email/change/confirm', confirmation, call));

  const moved: Person = { ...person, email: address };
  await counted('forget the password', () => client.post('/v1/auth/password/forgot', { email: address }));
  const reset = await gateway.events.next(UserPasswordResetRequested, ({ user_id }) => user_id === id);
  const fresh = 'an altogether different phrase';
  const replacement = { password: fresh, password_confirmation: fresh };
  const resetting = { token: linkFor('reset-password', reset.token_id, address), ...replacement };
  await counted('reset the password', () => client.post('/v1/auth/password/reset', resetting));
  const { accessToken } = await signedIn(gateway, { ...moved, password: fresh });
  const another = 'one more altogether different phrase';
  const replaced = { current_password: fresh, password: another, password_confirmation: another };
  await counted('change the password', () => client.post('/v1/auth/password/change', replaced, { token: accessToken }));
  const last = await signedIn(gateway, { ...moved, password: another });
  await counted('sign out', () => client.post('/v1/auth/logout', undefined, { token: last.accessToken }));

  const grace = {
    email: 'root@example.com',
    firstName: 'Grace',
    lastName: 'Hopper',
    password: 'a long passphrase of hers',
  };
  const { id: adminId } = await gateway.container.get(AdminCreation).create(gateway.database, grace, 'kim');
  const { accessToken: token } = await signedIn(gateway, { client, id: adminId, ...grace });
  await client.get('/v1/users', { token });
  await counted('list the accounts (admin)', () => client.get('/v1/users', { token }));
  await counted('disable an account (admin)', () => client.post(`/v1/users/${id}/disable`, undefined, { token }));
  await counted('enable an account (admin)', () => client.post(`/v1/users/${id}/enable`, undefined, { token }));
  const leaving = await signedIn(gateway, { ...moved, password: another });
  await counted(
    'erase the account',
    () => client.send('DELETE', '/v1/auth/user', { password: another }, { token: leaving.accessToken }),
    PERSONAL_TABLES.length - TABLES,
  );
  return costs;
}

it('the statements of each operation are those of docs/performance.md', async () => {
  const gateway = await TestGateway.start();
  try {
    const measured = await measure(gateway);
    const table = (await readFile(DOCUMENT, 'utf8')).split('## Statements of an operation')[1]?.split('\n## ')[0] ?? '';
    const documented = [...table.matchAll(ROW)].map(([, operation, statements, transactions]) => [
      operation,
      `${statements}, ${transactions}`,
    ]);
    expect(measured).toEqual(Object.fromEntries(documented));
  } finally {
    await gateway.close();
  }
});
