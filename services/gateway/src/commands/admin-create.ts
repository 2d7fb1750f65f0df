import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { type Command, type Database, errorMessage, readEnv, UsageError } from '@postern/runtime';
import { z } from 'zod';
import { type AdminCreation, AdminRefused, PasswordNeeded } from '../accounts/administration/admin-creation.ts';
import { email, firstName, lastName } from '../accounts/users/fields.ts';
import { ProblemError } from '../http/problem.ts';

const USAGE = `admin create --email ADDRESS [--first-name NAME] [--last-name NAME] [--password-stdin]
Creates the account, whose address counts as verified, or makes an existing account an admin when neither names nor a
password are given. A new admin's password comes from ADMIN_PASSWORD, ADMIN_PASSWORD_FILE or, with --password-stdin, standard input: an
argument would be seen by everybody who lists the processes.`;

const PASSWORD_SOURCES =
  'Set ADMIN_PASSWORD or ADMIN_PASSWORD_FILE, or give --password-stdin and the password on standard input.';

const options = {
  email: { type: 'string' },
  'first-name': { type: 'string' },
  'last-name': { type: 'string' },
  'password-stdin': { type: 'boolean', default: false },
} as const;

const schema = z.object({
  email,
  'first-name': firstName.optional(),
  'last-name': lastName.optional(),
  'password-stdin': z.boolean(),
});

type WithAdmins = (work: (admins: AdminCreation, database: Database) => Promise<void>) => Promise<void>;

/** Makes the first admin: a new person, verified, or somebody who has the address already. */
export function adminCreate(withAdmins: WithAdmins): Command {
  return {
    name: 'admin create',
    summary: 'Creates an administrator',
    usage: USAGE,
    run: async (args) => {
      const given = parse(args);
      const password = given['password-stdin'] ? await readPassword() : readEnv(env).ADMIN_PASSWORD;
      await withAdmins(async (admins, database) => {
        const admin = { email: given.email, firstName: given['first-name'], lastName: given['last-name'], password };
        const { id, created } = await admins.create(database, admin).catch(explain);
        process.stdout.write(`${created ? 'Made the admin' : 'Is an admin now'}: ${given.email}, id ${id}\n`);
      });
    },
  };
}

const env = { ADMIN_PASSWORD: z.string().optional() };

function parse(args: readonly string[]): z.infer<typeof schema> {
  try {
    const { values } = parseArgs({ args: [...args], options });
    if (values.email === undefined) throw new UsageError('--email ADDRESS is missing');
    const result = schema.safeParse(values);
    if (result.success) return result.data;
    const faults = result.error.issues.map(({ path, message }) => `--${String(path[0])}: ${message}`);
    throw new UsageError(faults.join('\n'));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(errorMessage(error), { cause: error });
  }
}

async function readPassword(): Promise<string> {
  return (await text(process.stdin)).replace(/\r?\n$/, '');
}

/** What is wrong with the password is a mistake of whoever typed it, not of ours. */
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
