import {
  argument,
  type Command,
  type Database,
  defineCommand,
  flag,
  listLimit,
  type Opened,
  option,
  type Transaction,
  table,
  UsageError,
} from '@postern/runtime';
import { z } from 'zod';
import { AccountSwitch } from '../accounts/administration/account-switch.ts';
import { AddressAssignment } from '../accounts/administration/address-assignment.ts';
import { adminViewOf } from '../accounts/administration/admin-views.ts';
import { PasswordVoiding } from '../accounts/administration/password-voiding.ts';
import { SecondFactors } from '../accounts/factors/second-factors.ts';
import { Erasure } from '../accounts/privacy/erasure.ts';
import { RoleStore } from '../accounts/roles/role-store.ts';
import { Sessions } from '../accounts/sessions/sessions.ts';
import { email, searchText, storedEmail } from '../accounts/users/fields.ts';
import type { User } from '../accounts/users/user.ts';
import { UserStore } from '../accounts/users/user-store.ts';
import { ProblemError } from '../http/problem.ts';
import type { CommandParts } from './command-parts.ts';

const DEFAULT_LIMIT = 50;
const isId = z.guid();
const who = argument(
  'their address or id',
  z
    .string()
    .refine(
      (text) => isId.safeParse(text).success || storedEmail.safeParse(text).success,
      'expected an address or the id of a user',
    ),
);

/** What administrators do to people's accounts, for whoever has the machine and no administrator at hand. */
export function userCommands(open: Opened<CommandParts>): Command[] {
  /** Does it in one transaction to the person, locked. */
  const act = (
    text: string,
    work: (tx: Transaction, user: User, parts: CommandParts) => Promise<unknown>,
  ): Promise<User> =>
    open(async (parts) => {
      const { database, get } = parts;
      const id = (await find(get(UserStore), database, text)).id;
      return database
        .transaction(async (tx) => {
          const user = await get(UserStore).lock(tx, id);
          if (!user) throw nobody(text);
          await work(tx, user, parts);
          return user;
        })
        .catch(explain);
    });
  return [
    defineCommand({
      name: 'user find',
      summary: 'Lists people by a part of their name or address, the newest first',
      examples: ['user find ann', 'user find --limit 500 --json'],
      input: {
        text: argument('part of a name or of an address', searchText.optional()),
        limit: option('N', `at most this many (default: ${DEFAULT_LIMIT})`, listLimit.default(DEFAULT_LIMIT)),
      },
      run: ({ text: search, limit }, { answer }) =>
        open(async ({ database, get }) => {
          const people = (await get(UserStore).page(database, { search, limit })).map(adminViewOf);
          const rows = people.map(({ id, email, first_name, last_name, disabled_at }) => [
            ...[id, email, `${first_name} ${last_name}`, disabled_at === null ? '' : `disabled ${disabled_at}`],
          ]);
          answer(people, rows.length === 0 ? 'nobody' : table(rows));
        }),
    }),
    defineCommand({
      name: 'user show',
      summary: 'Shows a person: names, state, roles, second factor, sessions',
      examples: ['user show ann@example.com', 'user show 0199… --json'],
      input: { who },
      run: ({ who }, { answer }) =>
        open(async ({ database, get }) => {
          const user = await find(get(UserStore), database, who);
          const shown = await database.transaction(async (tx) => ({
            ...adminViewOf(user),
            roles: (await get(RoleStore).grantsOf(tx, user.id)).roles,
            two_factor_since: (await get(SecondFactors).since(tx, user.id))?.toISOString() ?? null,
            sessions: (await get(Sessions).live(tx, user.id)).length,
          }));
          answer(shown, table(Object.entries(shown).map(([name, value]) => [name, textOf(value)])));
        }),
    }),
    defineCommand({
      name: 'user disable',
      summary: 'Disables an account and ends all its sessions; its owner gets a mail',
      examples: ['user disable ann@example.com --by kim'],
      input: { who },
      acts: true,
      run: async ({ who }, { answer, by }) => {
        const user = await act(who, (tx, { id }, { get }) => get(AccountSwitch).disable(tx, id, { operator: by }));
        answer({ id: user.id, was_disabled: user.disabledAt !== null }, `${user.email} is disabled, id ${user.id}.`);
      },
    }),
    defineCommand({
      name: 'user enable',
      summary: 'Enables a disabled account again; its owner gets a mail',
      examples: ['user enable ann@example.com --by kim'],
      input: { who },
      acts: true,
      run: async ({ who }, { answer, by }) => {
        const user = await act(who, (tx, { id }, { get }) => get(AccountSwitch).enable(tx, id, { operator: by }));
        answer({ id: user.id, was_disabled: user.disabledAt !== null }, `${user.email} is enabled, id ${user.id}.`);
      },
    }),
    defineCommand({
      name: 'user sign-out',
      summary: 'Ends all sessions of a person, and sign-ins under way',
      examples: ['user sign-out ann@example.com --by kim'],
      input: { who },
      acts: true,
      run: async ({ who }, { answer, by }) => {
        const user = await act(who, (tx, { id }, { get }) => get(AccountSwitch).signOut(tx, id, { operator: by }));
        answer({ id: user.id }, `${user.email} is signed out everywhere, id ${user.id}.`);
      },
    }),
    defineCommand({
      name: 'user void-password',
      summary: 'Takes the password from an account whose password others have, and ends its sessions',
      about: `Its owner gets no mail: they set a new one by the link of "forgot password". A second factor stays, and so does a link to a new password that was mailed.`,
      examples: ['user void-password ann@example.com --by kim'],
      input: { who },
      acts: true,
      run: async ({ who }, { answer, by }) => {
        await open(async ({ database, get }) => {
          const { id } = await find(get(UserStore), database, who);
          const { email } = await get(PasswordVoiding).void(database, id, by).catch(explain);
          answer({ id }, `${email} has no password until they set one, id ${id}.`);
        });
      },
    }),
    defineCommand({
      name: 'user move',
      summary: 'Gives an account that was taken back to its owner: another address, and no password until they set one',
      about: `Make sure first that the address is the owner's. All sessions, links and known devices end, the password counts no longer, and a second factor stays.
The address before gets the notice of a change. The owner then asks for a link to a new password at the new one.`,
      examples: ['user move 0199… ann@example.com --yes --by kim'],
      input: {
        who,
        to: argument('the address that they get', email),
        yes: flag("the address is the owner's"),
      },
      acts: true,
      run: async ({ who, to, yes }, { answer, by }) => {
        if (!yes) throw new UsageError('whoever reads this mailbox gets the account: add --yes');
        await open(async ({ database, get }) => {
          const { id } = await find(get(UserStore), database, who);
          const before = await get(AddressAssignment).assign(database, id, to, by).catch(explain);
          answer({ id, email: to, old_email: before.email }, `${before.email} is ${to} now, id ${id}.`);
        });
      },
    }),
    defineCommand({
      name: 'user erase',
      summary: 'Erases a person for good, as they can do themselves',
      about:
        'Nothing that names them stays in the tables of the gateway; the worker confirms by mail and forgets them too. The audit log keeps ids.',
      examples: ['user erase ann@example.com --yes --by kim'],
      input: { who, yes: flag('it cannot be undone') },
      acts: true,
      run: async ({ who, yes }, { answer, by }) => {
        if (!yes) throw new UsageError('what is erased does not come back: add --yes');
        const user = await act(who, (tx, person, { get }) => get(Erasure).eraseUser(tx, person, { operator: by }));
        answer({ id: user.id }, `Erased ${user.email}, id ${user.id}.`);
      },
    }),
  ];
}

async function find(users: UserStore, database: Database, text: string): Promise<User> {
  const user = isId.safeParse(text).success
    ? await users.byId(database, text)
    : await users.byEmail(database, storedEmail.parse(text));
  if (!user) throw nobody(text);
  return user;
}

function nobody(text: string): Error {
  return new Error(`nobody has the ${isId.safeParse(text).success ? 'id' : 'address'} ${text}; \`user find\` searches`);
}

function explain(error: unknown): never {
  if (error instanceof ProblemError) throw new Error(error.detail ?? error.title, { cause: error });
  throw error;
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ');
  return value === null ? '-' : String(value);
}
