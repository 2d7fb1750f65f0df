import {
  argument,
  type Command,
  type Database,
  defineCommand,
  errorMessage,
  idToBytes,
  type Logger,
  listLimit,
  type Opened,
  option,
  readEnv,
  table,
} from '@postern/runtime';
import { z } from 'zod';
import { workerEnv } from '../config.ts';
import { Ledger } from '../mail/delivery/ledger/ledger.ts';
import { type FoundMail, MailSearch } from '../mail/delivery/ledger/mail-search.ts';
import { MAIL_STATES, wasKeptBack } from '../mail/delivery/ledger/states.ts';
import { missingMail, retryMail } from '../mail/delivery/ledger/try-now.ts';
import { sendAgain } from '../mail/delivery/send-again.ts';
import { Suppressions } from '../mail/delivery/suppression/suppressions.ts';
import { type AuditedAct, OperatorAudit } from '../operators/operator-audit.ts';
import { addressField } from './address-field.ts';
import { hashOf } from './hash-of.ts';

const DEFAULT_LIMIT = 50;
const id = argument('the id of a mail, as `mail find` shows it', z.guid('expected the id of a mail'));
const text = z.string().optional();

/** What became of mails, by the ledger. It knows addresses by their hashes alone. */
export function mailCommands(open: Opened<{ database: Database; logger: Logger }>): Command[] {
  const ledgerOf = (database: Database) =>
    new Ledger(database, database.clock, { leaseMs: readEnv(lease).MAIL_LEASE_MS });
  return [
    defineCommand({
      name: 'mail find',
      summary: 'Lists mails by recipient, person, state, kind or the id that a provider gave, the last change first',
      examples: [
        'mail find ann@example.com',
        'mail find --user 0199…',
        'mail find --state deferred --limit 500 --json',
        'mail find --provider-id 0102…',
      ],
      input: {
        address: argument('the recipient', addressField.optional()),
        user: option('ID', 'whose mails, by the id of the person', z.guid('expected the id of a person').optional()),
        state: option(
          'STATE',
          MAIL_STATES.join(', '),
          z.enum(MAIL_STATES, `expected ${MAIL_STATES.join(', ')}`).optional(),
        ),
        mail: option('NAME', 'of this kind, such as verification', text),
        providerId: option('ID', 'the id under which its provider knows it', text),
        limit: option('N', `at most this many (default: ${DEFAULT_LIMIT})`, listLimit.default(DEFAULT_LIMIT)),
      },
      run: ({ address, user: userId, providerId: providerMessageId, ...query }, { answer }) =>
        open(async ({ database }) => {
          const recipientHash = address === undefined ? undefined : await hashOf(database, address);
          const mails = await new MailSearch(database).find({ ...query, userId, recipientHash, providerMessageId });
          const rows = mails.map(({ id, mail, state, domain, attempts, changed_at, due_at }) => [
            ...[id, mail, state, domain, String(attempts), changed_at?.toISOString() ?? '-'],
            due_at?.toISOString() ?? '-',
          ]);
          const head = ['ID', 'MAIL', 'STATE', 'DOMAIN', 'TRIES', 'CHANGED', 'NEXT TRY'];
          answer(mails, rows.length === 0 ? 'none' : table([head, ...rows]));
        }),
    }),
    defineCommand({
      name: 'mail show',
      summary: 'Shows a mail with its timeline: each change of its state, and what the server said',
      examples: ['mail show 0199…', 'mail show 0199… --json'],
      input: { id },
      run: ({ id }, { answer }) =>
        open(async ({ database }) => {
          const mail = await required(database, id);
          const timeline = await ledgerOf(database).history(idToBytes(id));
          const facts = Object.entries(mail).map(([name, value]) => [name, shown(value)]);
          const changes = timeline.map(({ at, state, reason }) => [at.toISOString(), state, reason]);
          answer({ ...mail, timeline }, [...table(facts), '', ...table(changes)]);
        }),
    }),
    defineCommand({
      name: 'mail retry',
      summary: 'Tries a waiting mail now, or sends one that a suppression kept back, once that is lifted',
      about: `A mail that is queued or deferred is tried now instead of at its next try. One that is suppressed or bounced goes out once its address is
off the list (\`suppressions remove\`) and before it expires; it is in the audit. What is accepted is not sent again: whoever asked for it asks again.`,
      examples: ['mail retry 0199… --by kim'],
      input: { id },
      acts: true,
      run: ({ id }, { answer, by }) =>
        open(async ({ database, logger }) => {
          const ledger = ledgerOf(database);
          const { state } = await required(database, id);
          const dueAt = wasKeptBack(state)
            ? await audited(database, { operator: by, action: 'mail.send-again', target: id }, () =>
                sendAgain(
                  { ledger, suppressions: new Suppressions(database, database.clock), clock: database.clock },
                  id,
                  by,
                ),
              )
            : await retryMail(ledger, database.clock, id, by);
          logger.info('a mail is tried at once', { mail_id: id, by });
          answer({ id, due_at: dueAt }, `${id} is tried at once.`);
        }),
    }),
  ];
}

const lease = { MAIL_LEASE_MS: workerEnv.MAIL_LEASE_MS };

async function required(database: Database, id: string): Promise<FoundMail> {
  const mail = await new MailSearch(database).byId(idToBytes(id));
  if (!mail) throw new Error(`${missingMail(id)}; \`mail find\` searches`);
  return mail;
}

/** With its entry in the audit, from before it begins. */
async function audited<Result>(database: Database, act: AuditedAct, work: () => Promise<Result>): Promise<Result> {
  const audit = new OperatorAudit(database);
  const entry = await audit.begin(act, 'sent again');
  try {
    const result = await work();
    await audit.end(entry, 'done', 'it is due now');
    return result;
  } catch (error) {
    await audit.end(entry, 'failed', errorMessage(error));
    throw error;
  }
}

function shown(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return value === null ? '-' : String(value);
}
