import { parseArgs } from 'node:util';
import { type Command, openDatabase, operatorName, UsageError } from '@postern/runtime';
import { readSuppressionsConfig } from '../config.ts';
import { createServiceLogger } from '../create-service-logger.ts';
import { checkAddress, RecipientHasher } from '../mail/ledger/recipient.ts';
import { Suppressions } from '../mail/suppression/suppressions.ts';

const DEFAULT_LIMIT = 50;

/** The addresses that get no mail. Each change has its reason and its audit line. */
export const suppressions: Command = {
  name: 'suppressions',
  summary: 'Lists, adds or removes addresses that get no mail',
  usage: `suppressions list [--limit N]
       worker suppressions add ADDRESS --reason WHY [--by WHO]
       worker suppressions remove ADDRESS --reason WHY [--by WHO]`,
  run: handleSuppressions,
};

async function handleSuppressions(args: readonly string[]): Promise<void> {
  const { action, address, reason, by, limit } = readArguments(args);
  const config = readSuppressionsConfig();
  const logger = createServiceLogger({ level: config.LOG_LEVEL, to: 'stderr' });
  const database = openDatabase(config.DATABASE_URL, { logger, poolSize: 1 });
  const list = new Suppressions(database, database.clock);
  try {
    // From its first connection on, times are the database's.
    await database.ping();
    if (action === 'list') return await print(list, limit);
    const hash = new RecipientHasher(config.RECIPIENT_KEY.writing.bytes).hash(address);
    const change = { actor: by, reason };
    if (action === 'add') {
      const added = await list.add({ hash, address }, 'manual', change);
      say(added ? 'Added: it gets no mail from now on.' : 'It is on the list already.');
    } else {
      const removed = await list.remove(hash, change);
      say(removed ? 'Removed: it gets mail again.' : 'It is not on the list.');
    }
    for (const line of await list.audit(hash)) {
      say(`${line.at.toISOString()}  ${line.action}  by ${line.actor}: ${line.reason}`);
    }
  } finally {
    await database.close();
  }
}

function readArguments(args: readonly string[]) {
  const { values, positionals } = parse(args);
  const [action, address = ''] = positionals;
  const problems: string[] = [];
  if (action !== 'list' && action !== 'add' && action !== 'remove') {
    throw new UsageError('expected list, add or remove');
  }
  const { reason = '', by = operatorName() } = values;
  const limit = Number(values.limit ?? DEFAULT_LIMIT);
  if (!Number.isInteger(limit) || limit < 1) problems.push('--limit is a whole number from 1');
  if (action !== 'list') {
    try {
      checkAddress(address);
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
    if (reason.trim() === '') problems.push('--reason is needed: it goes into the audit');
  }
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return { action: action as 'list' | 'add' | 'remove', address, reason, by, limit };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { reason: { type: 'string' }, by: { type: 'string' }, limit: { type: 'string' } },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

async function print(list: Suppressions, limit: number): Promise<void> {
  const entries = await list.list(limit);
  if (entries.length === 0) say('No address is suppressed.');
  for (const { address, recipientHash, cause, reason, createdAt, endsAt } of entries) {
    const who = address ?? `(erased) ${recipientHash.toString('hex').slice(0, 16)}`;
    const until = endsAt ? ` until ${endsAt.toISOString().slice(0, 10)}` : '';
    say(`${createdAt.toISOString()}  ${who}  ${cause}${until}: ${reason}`);
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
