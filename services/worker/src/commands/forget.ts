import {
  argument,
  type Command,
  type Database,
  defineCommand,
  flag,
  type Opened,
  option,
  UsageError,
} from '@postern/runtime';
import { z } from 'zod';
import { forgetById } from '../mail/delivery/forget-by-id.ts';
import { OperatorAudit } from '../operators/operator-audit.ts';
import { addressField } from './address-field.ts';
import { hashOf } from './hash-of.ts';

/** What the worker does when an account is erased, for whoever has come back with a backup or whose event was lost. */
export function forget(open: Opened<{ database: Database }>): Command {
  return defineCommand({
    name: 'forget',
    summary: 'Empties what the worker holds of a person who was erased, where a backup has brought it back',
    about: `Mails about them that wait end as failed, and their addresses on the suppression list are kept as hashes, which go on keeping mail away. It may be given again.
The addresses are those that the ledger has mailed them at, in the last MAIL_RETENTION_DAYS. It does not ask the gateway whether the account is gone.`,
    examples: ['forget 0199… --yes --by kim', 'forget 0199… --address ann@example.com --yes --by kim'],
    input: {
      id: argument(
        'the id of the person, as the audit log of the gateway has it',
        z.guid('expected the id of a person'),
      ),
      address: option(
        'ADDRESS',
        'the one that they had when they were erased, where the ledger does not know it',
        addressField.optional(),
      ),
      yes: flag('it cannot be undone'),
    },
    acts: true,
    run: async ({ id, address, yes }, { answer, by }) => {
      if (!yes) throw new UsageError('what is forgotten does not come back: add --yes');
      await open(async ({ database }) => {
        const hash = address === undefined ? undefined : await hashOf(database, address);
        const { isKnown, ...forgotten } = await new OperatorAudit(database).around(
          { operator: by, action: 'forget', target: id },
          'erased',
          () => forgetById(database, { user_id: id, address: hash }),
        );
        answer({ id, ...forgotten, address_known: isKnown }, [
          `Emptied: ${forgotten.mails} mails, ${forgotten.addresses} addresses on the suppression list.`,
          ...(isKnown
            ? []
            : ['No address of theirs is known: give it with --address, or look for it with `suppressions list`.']),
        ]);
      });
    },
  });
}
