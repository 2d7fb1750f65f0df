import {
  argument,
  type Command,
  type Database,
  defineCommand,
  listLimit,
  type Opened,
  option,
  readEnv,
} from '@postern/runtime';
import { z } from 'zod';
import { recipientKey } from '../config.ts';
import { RecipientHasher } from '../mail/delivery/ledger/recipient.ts';
import { type Suppression, Suppressions } from '../mail/delivery/suppression/suppressions.ts';
import { addressField } from './address-field.ts';

const DEFAULT_LIMIT = 50;

const address = argument('whose mails are meant', addressField);
const reason = option('WHY', 'it goes into the audit', z.string().trim().min(1, 'expected a reason for the audit'));

/** The addresses that get no mail. Each change has its reason and its audit line. */
export function suppressionsCommands(open: Opened<{ database: Database }>): Command[] {
  const withList = <Result>(work: (list: Suppressions) => Promise<Result>) =>
    open(async ({ database }) => {
      // From its first connection on, times are the database's.
      await database.ping();
      return work(new Suppressions(database, database.clock));
    });
  const hashOf = (text: string) => new RecipientHasher(readEnv(recipientKey).RECIPIENT_KEY.writing.bytes).hash(text);
  return [
    defineCommand({
      name: 'suppressions list',
      summary: 'Lists addresses that get no mail, and why',
      examples: ['suppressions list', 'suppressions list --limit 500 --json'],
      input: { limit: option('N', `at most so many (default: ${DEFAULT_LIMIT})`, listLimit.default(DEFAULT_LIMIT)) },
      run: ({ limit }, { answer }) =>
        withList(async (list) => {
          const entries = await list.list(limit);
          const data = entries.map(({ recipientHash, ...entry }) => ({
            ...entry,
            hash: recipientHash.toString('hex'),
          }));
          answer(data, entries.length === 0 ? 'No address is suppressed.' : entries.map(lineOf));
        }),
    }),
    defineCommand({
      name: 'suppressions add',
      summary: 'Keeps an address from getting mail',
      examples: ['suppressions add ann@example.com --reason "asked by phone" --by kim'],
      input: { address, reason },
      acts: true,
      run: async ({ address, reason }, { answer, by }) => {
        const hash = hashOf(address);
        await withList(async (list) => {
          const added = await list.add({ hash, address }, 'manual', { actor: by, reason });
          const done = added ? 'Added: it gets no mail from now on.' : 'It is on the list already.';
          const audit = await list.audit(hash);
          answer({ address, added, audit }, [done, ...audit.map(auditLine)]);
        });
      },
    }),
    defineCommand({
      name: 'suppressions remove',
      summary: 'Lets an address get mail again',
      examples: ['suppressions remove ann@example.com --reason "new mailbox" --by kim'],
      input: { address, reason },
      acts: true,
      run: async ({ address, reason }, { answer, by }) => {
        const hash = hashOf(address);
        await withList(async (list) => {
          const removed = await list.remove(hash, { actor: by, reason });
          const done = removed ? 'Removed: it gets mail again.' : 'It is not on the list.';
          const audit = await list.audit(hash);
          answer({ address, removed, audit }, [done, ...audit.map(auditLine)]);
        });
      },
    }),
  ];
}

function lineOf({ address, recipientHash, cause, reason, createdAt, endsAt }: Suppression): string {
  const who = address ?? `(erased) ${recipientHash.toString('hex').slice(0, 16)}`;
  const until = endsAt ? ` until ${endsAt.toISOString().slice(0, 10)}` : '';
  return `${createdAt.toISOString()}  ${who}  ${cause}${until}: ${reason}`;
}

function auditLine({ at, action, actor, reason }: { at: Date; action: string; actor: string; reason: string }): string {
  return `${at.toISOString()}  ${action}  by ${actor}: ${reason}`;
}
