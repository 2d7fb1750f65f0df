import {
  argument,
  type Command,
  type Database,
  defineCommand,
  errorMessage,
  flag,
  listLimit,
  type Opened,
  option,
  timeField,
  UsageError,
} from '@postern/runtime';
import { z } from 'zod';
import { SUPPRESSION_CAUSES } from '../mail/delivery/suppression/suppression-causes.ts';
import { suppressionWords } from '../mail/delivery/suppression/suppression-filter.ts';
import { type Suppression, Suppressions } from '../mail/delivery/suppression/suppressions.ts';
import { OperatorAudit } from '../operators/operator-audit.ts';
import { addressField } from './address-field.ts';
import { hashOf } from './hash-of.ts';

const DEFAULT_LIMIT = 50;

const address = argument('whose mails are meant', addressField);
const reasonText = z.string().trim().min(1, 'expected a reason for the audit');
const reason = option('WHY', 'it goes into the audit', reasonText);
const which = {
  cause: option(
    'CAUSE',
    SUPPRESSION_CAUSES.join(', '),
    z.enum(SUPPRESSION_CAUSES, `expected one of ${SUPPRESSION_CAUSES.join(', ')}`).optional(),
  ),
  since: option('TIME', 'on the list since then or later', timeField.optional()),
  before: option('TIME', 'on the list since before then', timeField.optional()),
};

/** The addresses that get no mail. Each change has its reason and its audit line. */
export function suppressionsCommands(open: Opened<{ database: Database }>): Command[] {
  const withList = <Result>(work: (list: Suppressions, database: Database) => Promise<Result>) =>
    open(({ database }) => work(new Suppressions(database, database.clock), database));
  return [
    defineCommand({
      name: 'suppressions list',
      summary: 'Lists addresses that get no mail, and why',
      examples: [
        'suppressions list',
        'suppressions list --cause rejected --since 2026-01-31',
        'suppressions list --limit 500 --json',
      ],
      input: {
        ...which,
        limit: option('N', `at most this many (default: ${DEFAULT_LIMIT})`, listLimit.default(DEFAULT_LIMIT)),
      },
      run: ({ limit, ...filter }, { answer }) =>
        withList(async (list) => {
          const entries = await list.list(limit, filter);
          const data = entries.map(({ recipientHash, ...entry }) => ({
            ...entry,
            hash: recipientHash.toString('hex'),
          }));
          answer(data, entries.length === 0 ? 'No address is suppressed.' : entries.map(lineOf));
        }),
    }),
    defineCommand({
      name: 'suppressions add',
      summary: 'Suppresses an address: it gets no mail',
      examples: ['suppressions add ann@example.com --reason "asked by phone" --by kim'],
      input: { address, reason },
      acts: true,
      run: async ({ address, reason }, { answer, by }) => {
        await withList(async (list, database) => {
          const hash = await hashOf(database, address);
          const added = await list.add({ hash, address }, 'manual', { actor: by, reason });
          const done = added ? 'Added: it gets no mail from now on.' : 'It is on the list already.';
          const audit = await list.audit(hash);
          answer({ address, added, audit }, [done, ...audit.map(auditLine)]);
        });
      },
    }),
    defineCommand({
      name: 'suppressions remove',
      summary: 'Removes an address from the list, whatever for, a complaint too: it gets mail again',
      examples: ['suppressions remove ann@example.com --reason "new mailbox" --by kim'],
      input: { address, reason },
      acts: true,
      run: async ({ address, reason }, { answer, by }) => {
        await withList(async (list, database) => {
          const hash = await hashOf(database, address);
          const removed = await list.remove(hash, { actor: by, reason });
          const done = removed ? 'Removed: it gets mail again.' : 'It is not on the list.';
          const audit = await list.audit(hash);
          answer({ address, removed, audit }, [done, ...audit.map(auditLine)]);
        });
      },
    }),
    defineCommand({
      name: 'suppressions lift',
      summary: 'Removes all addresses from the list that were suppressed for a cause or in a period',
      about:
        'Such as after a provider that refused everybody for an afternoon. Each address keeps its history. A command that was ended is given again.',
      examples: [
        'suppressions lift --cause rejected --since 2026-01-31T10:00:00Z --before 2026-01-31T14:00:00Z --dry-run',
        'suppressions lift --cause soft-bounces --reason "their server is repaired" --by kim',
      ],
      input: {
        ...which,
        reason: option('WHY', 'it goes into the audit', reasonText.optional()),
        dryRun: flag('only count them'),
      },
      acts: true,
      run: async ({ reason, dryRun, ...filter }, { answer, progress, by }) => {
        if (Object.values(filter).every((value) => value === undefined)) {
          throw new UsageError('which ones? Give --cause, --since or --before');
        }
        if (reason === undefined && !dryRun) throw new UsageError('--reason WHY is missing: it goes into the audit');
        const words = suppressionWords(filter);
        await open(async ({ database }) => {
          const list = new Suppressions(database, database.clock);
          const found = await list.count(filter);
          if (reason === undefined || dryRun) {
            answer({ lifted: found, dry_run: true }, `${found} ${words} would get mail again`);
            return;
          }
          const audit = new OperatorAudit(database);
          const entry = await audit.begin({ operator: by, action: 'suppressions.lift-many', target: words }, reason);
          const report = (lifted: number) => progress('lifted', lifted, found);
          const lifted = await list.removeMany(filter, { actor: by, reason }, report).catch(async (error: unknown) => {
            await audit.end(entry, 'failed', `${reason}: ${errorMessage(error)}`);
            throw error;
          });
          await audit.end(entry, 'done', `${reason}: ${lifted} lifted`);
          answer({ lifted, dry_run: false }, `${lifted} ${words} get mail again`);
        });
      },
    }),
  ];
}

function lineOf({ address, recipientHash, cause, reason, createdAt, endsAt }: Suppression): string {
  const who = address ?? `(forgotten) ${recipientHash.toString('hex').slice(0, 16)}`;
  const until = endsAt ? ` until ${endsAt.toISOString().slice(0, 10)}` : '';
  return `${createdAt.toISOString()}  ${who}  ${cause}${until}: ${reason}`;
}

function auditLine({ at, action, actor, reason }: { at: Date; action: string; actor: string; reason: string }): string {
  return `${at.toISOString()}  ${action}  by ${actor}: ${reason}`;
}
