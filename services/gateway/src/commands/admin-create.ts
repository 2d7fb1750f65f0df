import {
  type Command,
  type Database,
  defineCommand,
  flag,
  type Opened,
  option,
  readEnv,
  readSecret,
  readValueFile,
  UsageError,
} from '@postern/runtime';
import { z } from 'zod';
import { type AdminCreation, AdminRefused, PasswordNeeded } from '../accounts/registration/admin-creation.ts';
import { email, firstName, lastName } from '../accounts/users/fields.ts';
import { ProblemError } from '../http/problem.ts';

const PASSWORD_SOURCES =
  'Set ADMIN_PASSWORD or ADMIN_PASSWORD_FILE, or give --password-stdin and type or pipe the password in.';

/** Makes the first admin: a new person, verified, or somebody who has the address already. */
export function adminCreate(open: Opened<{ admins: AdminCreation; database: Database }>): Command {
  return defineCommand({
    name: 'admin create',
    summary: 'Creates an administrator',
    about: `Creates the account, whose address counts as verified, or makes an existing account an admin when neither names nor a
password are given. A new admin's password comes from ADMIN_PASSWORD, ADMIN_PASSWORD_FILE or, with --password-stdin, standard input (a terminal asks for it): an
argument would be seen by everybody who lists the processes.`,
    examples: [
      'admin create --email ann@example.com --password-stdin --by kim < password.txt',
      'admin create --email existing@example.com --by kim',
    ],
    input: {
      email: option('ADDRESS', 'whose account it is', email),
      firstName: option('NAME', 'of a new account', firstName.optional()),
      lastName: option('NAME', 'of a new account', lastName.optional()),
      passwordStdin: flag('read the password from standard input'),
    },
    acts: true,
    run: async ({ passwordStdin, ...person }, { answer, note, by }) => {
      const password = passwordStdin ? await readSecret(note) : passwordOfEnv();
      await open(async ({ admins, database }) => {
        const { id, created } = await admins.create(database, { ...person, password }, by).catch(explain);
        answer(
          { id, email: person.email, created },
          `${created ? 'Created admin' : 'Granted the admin role'}: ${person.email}, id ${id}`,
        );
      });
    },
  });
}

const env = { ADMIN_PASSWORD: z.string().optional() };

/** As it was given: of a password white space counts, also around it. Only the line end of a file is nobody's. */
function passwordOfEnv(): string | undefined {
  const { ADMIN_PASSWORD, ADMIN_PASSWORD_FILE } = process.env;
  if (readEnv(env).ADMIN_PASSWORD === undefined) return undefined;
  return ADMIN_PASSWORD || readValueFile(String(ADMIN_PASSWORD_FILE).trim()).replace(/\r?\n$/, '');
}

/** What is wrong with the password is an error of whoever typed it, not of ours. */
function explain(error: unknown): never {
  if (error instanceof ProblemError) {
    const faults = (error.errors ?? []).map(({ detail }) => detail);
    throw new UsageError([error.title, ...faults].join('\n  '), { cause: error });
  }
  if (error instanceof PasswordNeeded) {
    throw new UsageError(`${error.message}. ${PASSWORD_SOURCES}`, { cause: error });
  }
  if (error instanceof AdminRefused) throw new UsageError(error.message, { cause: error });
  throw error;
}
