import { parseArgs } from 'node:util';
import { type Command, type Database, errorMessage, operatorName, UsageError } from '@postern/runtime';
import { z } from 'zod';
import type { FactorRemoval } from '../accounts/two-factor/factor-removal.ts';
import { email } from '../accounts/users/fields.ts';
import type { UserStore } from '../accounts/users/user-store.ts';
import { ProblemError } from '../http/problem.ts';

const USAGE = `two-factor remove --email ADDRESS | --id ID [--by NAME]
For somebody who has lost their authenticator app and all recovery codes. Make sure first who asks: from then on their password
alone signs in. They are signed out everywhere and get a mail, and the audit log says who did it.`;

const options = { email: { type: 'string' }, id: { type: 'string' }, by: { type: 'string' } } as const;

const schema = z.object({
  email: email.optional(),
  id: z.guid('Is not the id of a user').optional(),
  by: z.string().trim().min(1, 'A name is needed').max(100).optional(),
});

interface Parts {
  removal: FactorRemoval;
  users: UserStore;
  database: Database;
}

/** What `DELETE /v1/users/{id}/two-factor` does, where no administrator can sign in. */
export function twoFactorRemove(withAccounts: (work: (parts: Parts) => Promise<void>) => Promise<void>): Command {
  return {
    name: 'two-factor remove',
    summary: 'Removes the second factor of somebody who has lost it',
    usage: USAGE,
    run: async (args) => {
      const given = parse(args);
      const operator = given.by ?? operatorName();
      await withAccounts(async ({ removal, users, database }) => {
        const id = given.id ?? (await users.byEmail(database, given.email ?? ''))?.id;
        if (id === undefined) throw new UsageError('nobody has this address');
        const user = await database.transaction((tx) => removal.remove(tx, id, { operator })).catch(explain);
        process.stdout.write(`Removed the second factor of ${user.email}, id ${user.id}; signed out everywhere.\n`);
      });
    },
  };
}

function parse(args: readonly string[]): z.infer<typeof schema> {
  let values: unknown;
  try {
    ({ values } = parseArgs({ args: [...args], options }));
  } catch (error) {
    throw new UsageError(errorMessage(error), { cause: error });
  }
  const result = schema.safeParse(values);
  if (!result.success) {
    const faults = result.error.issues.map(({ path, message }) => `--${String(path[0])}: ${message}`);
    throw new UsageError(faults.join('\n'));
  }
  const { email: address, id } = result.data;
  if ((address === undefined) === (id === undefined)) throw new UsageError('expected either --email or --id');
  return result.data;
}

function explain(error: unknown): never {
  if (error instanceof ProblemError) throw new UsageError(error.detail ?? error.title, { cause: error });
  throw error;
}
