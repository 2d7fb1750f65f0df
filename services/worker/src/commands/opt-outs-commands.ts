import { argument, type Command, type Database, defineCommand, type Opened, option } from '@postern/runtime';
import { z } from 'zod';
import { OptOuts } from '../mail/delivery/suppression/opt-outs.ts';
import { OperatorAudit } from '../operators/operator-audit.ts';
import { addressField } from './address-field.ts';
import { hashOf } from './hash-of.ts';

const address = argument('whose mails are meant', addressField);

/** The mails that people have unsubscribed from. */
export function optOutsCommands(open: Opened<{ database: Database }>): Command[] {
  return [
    defineCommand({
      name: 'opt-outs list',
      summary: 'Lists the mails that an address has unsubscribed from',
      examples: ['opt-outs list ann@example.com'],
      input: { address },
      run: ({ address }, { answer }) =>
        open(async ({ database }) => {
          const hash = await hashOf(database, address);
          const ended = await new OptOuts(database).of(hash);
          const lines = ended.map(({ at, mail }) => `${at.toISOString()}  ${mail}`);
          answer(ended, ended.length === 0 ? 'It has unsubscribed from no mail.' : lines);
        }),
    }),
    defineCommand({
      name: 'opt-outs remove',
      summary: 'Takes an unsubscription back: the address gets the mail again',
      about: 'For whoever asks for it. They can do so themselves, by the link of any mail of the kind that they have.',
      examples: ['opt-outs remove ann@example.com --mail news --reason "asked by phone" --by kim'],
      input: {
        address,
        mail: option('NAME', 'the mail, as `opt-outs list` shows it', z.string().min(1, 'expected the name of a mail')),
        reason: option('WHY', 'it goes into the audit', z.string().trim().min(1, 'expected a reason for the audit')),
      },
      acts: true,
      run: ({ address, mail, reason }, { answer, by }) =>
        open(async ({ database }) => {
          const hash = await hashOf(database, address);
          const act = { operator: by, action: 'opt-outs.remove', target: `${mail} ${hash.toString('hex')}` };
          const removed = await new OperatorAudit(database).around(act, reason, () =>
            new OptOuts(database).takeBack(hash, mail, database.clock.now()),
          );
          answer(
            { address, mail, removed },
            removed ? 'Removed: it gets the mail again.' : 'It has not unsubscribed from this mail.',
          );
        }),
    }),
  ];
}
