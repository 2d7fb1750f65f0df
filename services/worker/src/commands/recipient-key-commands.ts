import { listReplicas } from '@postern/durable';
import {
  type Command,
  type Database,
  defineCommand,
  errorMessage,
  flag,
  type Opened,
  readEnv,
  UsageError,
} from '@postern/runtime';
import { recipientKey } from '../config.ts';
import { RecipientHasher } from '../mail/delivery/ledger/recipient.ts';
import { type ReplacedKey, replaceRecipientKey } from '../mail/delivery/suppression/replace-recipient-key.ts';
import { OperatorAudit } from '../operators/operator-audit.ts';

/** What operators do about the key that recipients are known by. */
export function recipientKeyCommands(open: Opened<{ database: Database }>): Command[] {
  return [
    defineCommand({
      name: 'recipient-key replace',
      summary: 'Replaces a RECIPIENT_KEY that is lost: hashes are made anew of the addresses that are known',
      about: `With the new key in its environment, and all workers stopped. Suppressions and unsubscriptions of whoever is on the suppression list with
the address, or has a mail that waits, stay with cause, end and reason; those of all others are deleted, and links to unsubscribe that were
mailed before unsubscribe nobody. So look for the old key first. Broken off, it is run again.`,
      examples: ['recipient-key replace --yes --by kim'],
      input: { yes: flag('what cannot be made anew is deleted, and all workers are stopped') },
      acts: true,
      run: async ({ yes }, { answer, note, progress, by }) => {
        if (!yes) {
          throw new UsageError(
            'who has unsubscribed, and was suppressed before their account was erased, is forgotten where no row has their address: stop all workers, and add --yes',
          );
        }
        const hasher = new RecipientHasher(readEnv(recipientKey).RECIPIENT_KEY.writing.bytes);
        await open(async ({ database }) => {
          await requireStopped(database, note);
          const audit = new OperatorAudit(database);
          const entry = await audit.begin(
            { operator: by, action: 'recipient-key.replace', target: 'RECIPIENT_KEY' },
            '',
          );
          try {
            const replaced = await replaceRecipientKey(database, hasher, progress);
            const lines = linesOf(replaced);
            await audit.end(entry, 'done', lines.join(' '));
            answer(replaced, [...lines, 'Start the workers, each with this RECIPIENT_KEY.']);
          } catch (error) {
            await audit.end(entry, 'failed', errorMessage(error));
            throw error;
          }
        });
      },
    }),
  ];
}

/** @throws Error while a worker runs, as far as heartbeats say: with its key in memory it would write what nobody is found by */
async function requireStopped(database: Database, note: (line: string) => void): Promise<void> {
  const replicas = await listReplicas(database);
  const running = replicas.filter(({ state }) => state === 'running').map(({ name }) => name);
  if (running.length > 0) {
    throw new Error(
      `stop all workers first: ${running.join(', ')} ran less than half a minute ago (\`worker status\`)`,
    );
  }
  for (const { name, seen_at } of replicas)
    note(`${name} did not say that it has ended: it was last heard of at ${seen_at}`);
}

function linesOf({ recipients, deleted }: ReplacedKey): string[] {
  return [
    `Made anew: ${recipients} recipients, with cause, end and reason.`,
    `Deleted, as no address is known: ${deleted.suppressions} suppressions, ${deleted.mail_opt_outs} unsubscriptions.`,
  ];
}
