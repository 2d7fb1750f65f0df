import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot, type ServiceName } from '../repository.ts';

const both = ['gateway', 'worker'] as const;
const gateway = ['gateway'] as const;
const worker = ['worker'] as const;

/**
 * Name, what it does, an example, and the services that have it: where both do, both are asked, one after the other. Last the capability that
 * it is of, where the product may be without.
 */
type Row = readonly [
  ...[name: string, summary: string, example: string, services: readonly ServiceName[]],
  capability?: string,
];

const rows: readonly Row[] = [
  [
    'doctor',
    'Looks for what is wrong with the configuration and everything around both services',
    'doctor --json',
    both,
  ],
  ['status', 'Shows what waits in outboxes and queues', 'status', both],
  // The worker asks the gateway for its part.
  [
    'trace',
    'Shows what became of a request, event, mail, person or address, in both services',
    'trace ann@example.com',
    worker,
  ],
  [
    'requests',
    'Lists the newest requests that were refused or failed, or that did something',
    'requests --failed',
    gateway,
  ],
  ['waits', 'Shows what has not happened yet, of everybody or of one person, in both services', 'waits', worker],
  ['config', 'Shows the settings of both services and where they come from', 'config', both],
  ['migrate', 'Brings both databases to the newest schema', 'migrate:status', both],
  ['keys', 'Keys that sign access tokens, and seal secrets', 'keys list', gateway],
  ['admin', 'Creates the first administrator', 'admin create --email ann@example.com', gateway],
  ['user', 'Finds, shows, closes, signs out, moves or erases people', 'user find ann', gateway],
  [
    'two-factor',
    'Removes the second factor of a person who has lost it',
    'two-factor remove --email ann@example.com',
    gateway,
    'twoFactorModule',
  ],
  ['repl', 'A prompt with stores and the publisher of events at hand', 'repl', gateway],
  ['audit', 'Writes the audit log as lines of JSON', 'audit export', gateway],
  [
    'outbox',
    'Counts, retries or removes messages that wait for SQS (the worker has its own: `worker outbox`)',
    'outbox --json',
    gateway,
  ],
  ['dead-letters', 'Lists, shows, sends again or deletes dead letters', 'dead-letters list mail', worker],
  [
    'operations',
    'Finds many dead letters, sends them back or discards them, with its progress',
    'operations list',
    worker,
  ],
  ['operators', 'Adds, lists or removes those who may use the console', 'operators add kim --role act', worker],
  [
    'queue',
    'Pauses a queue or a handler on every replica, and has it go on',
    'queue pause mail --reason "provider is down"',
    worker,
  ],
  [
    'schedule',
    "Lists, runs, pauses or resumes schedules (the gateway's are listed, too, and acted on by `gateway schedule`)",
    'schedule run prune-mails',
    worker,
  ],
  ['suppressions', 'Lists, adds or lifts addresses that get no mail', 'suppressions list', worker],
  ['opt-outs', 'Lists or takes back what an address has unsubscribed from', 'opt-outs list ann@example.com', worker],
  ['recipient-key', 'Replaces a lost key that recipients are known by', 'recipient-key replace --yes --by kim', worker],
  [
    'mail',
    'Finds, shows and retries mails; previews every mail as its reader sees it',
    'mail find ann@example.com',
    worker,
  ],
  ['forget', 'Empties what the worker holds of a person who was erased', 'forget 0199… --yes', worker],
];

const capabilities = readFileSync(join(repositoryRoot, 'services/gateway/src/capabilities.ts'), 'utf8');

/** Commands, and groups of them, that the services have. */
export const serviceCommands = rows
  .filter(([, , , , capability = '']) => capabilities.includes(capability))
  .map(([name, summary, example, services]) => ({ name, summary, example, services }));
