import { type Command, type Database, defineCommand, type Opened, option, UsageError } from '@postern/runtime';
import { z } from 'zod';
import type { FactorRemoval } from '../accounts/two-factor/factor-removal.ts';
import { storedEmail } from '../accounts/users/fields.ts';
import type { UserStore } from '../accounts/users/user-store.ts';
import { ProblemError } from '../http/problem.ts';

export interface FactorRemovalParts {
  removal: FactorRemoval;
  users: UserStore;
  database: Database;
}

/** What `DELETE /v1/users/{id}/two-factor` does, where no administrator can sign in. */
export function twoFactorRemove(name: string, open: Opened<FactorRemovalParts>): Command {
  return defineCommand({
    name,
    summary: 'Removes the second factor of a person who has lost it',
    about: `For somebody who has lost their authenticator app and all recovery codes. Make sure first who asks: from then on their password
alone signs in. They are signed out everywhere and get a mail, and the audit log says who did it.`,
    examples: [`${name} --email ann@example.com --by kim`, `${name} --id 0199…`],
    input: {
      email: option('ADDRESS', 'whose factor it is', storedEmail.optional()),
      id: option('ID', 'whose factor it is', z.guid('expected the id of a user').optional()),
    },
    acts: true,
    run: async (person, { answer, by }) => {
      if ((person.email === undefined) === (person.id === undefined)) {
        throw new UsageError('expected either --email or --id');
      }
      await open(async ({ removal, users, database }) => {
        const id = person.id ?? (await users.byEmail(database, person.email ?? ''))?.id;
        if (id === undefined) throw new UsageError('no account has this address');
        const user = await database.transaction((tx) => removal.remove(tx, id, { operator: by })).catch(explain);
        answer(
          { id: user.id, email: user.email },
          `Removed the second factor of ${user.email}, id ${user.id}; signed out everywhere.`,
        );
      });
    },
  });
}

function explain(error: unknown): never {
  if (error instanceof ProblemError) throw new UsageError(error.detail ?? error.title, { cause: error });
  throw error;
}
