import type { ServiceName } from '../playground/playground.ts';

/** A command, or a group of them, that a service has; where both have it, both are asked, one after the other. */
export interface ServiceCommand {
  name: string;
  summary: string;
  example: string;
  services: readonly ServiceName[];
}

const both = ['gateway', 'worker'] as const;

export const serviceCommands: readonly ServiceCommand[] = [
  {
    name: 'doctor',
    summary: 'Looks for what is wrong with the configuration and everything around both services',
    example: 'doctor --json',
    services: both,
  },
  { name: 'status', summary: 'Shows what waits in outboxes and queues', example: 'status', services: both },
  {
    name: 'trace',
    summary: 'Shows what became of a request, event, mail or person, in both services',
    example: 'trace 01a223aa-b7cb-73b7-a7b4-a3705d72dbc2',
    // The worker asks the gateway for its part.
    services: ['worker'],
  },
  {
    name: 'waits',
    summary: 'Shows what has not happened yet, of everybody or of one person, in both services',
    example: 'waits',
    services: ['worker'],
  },
  {
    name: 'config',
    summary: 'Shows the settings of both services and where they come from',
    example: 'config',
    services: both,
  },
  { name: 'migrate', summary: 'Brings both databases to the newest schema', example: 'migrate:status', services: both },
  {
    name: 'keys',
    summary: 'Keys that sign access tokens, and seal secrets',
    example: 'keys list',
    services: ['gateway'],
  },
  {
    name: 'admin',
    summary: 'Creates the first administrator',
    example: 'admin create --email ann@example.com',
    services: ['gateway'],
  },
  {
    name: 'user',
    summary: 'Finds, shows, closes, signs out or erases people',
    example: 'user find ann',
    services: ['gateway'],
  },
  {
    name: 'two-factor',
    summary: 'Removes the second factor of a person who has lost it',
    example: 'two-factor remove --email ann@example.com',
    services: ['gateway'],
  },
  {
    name: 'repl',
    summary: 'A prompt with stores and the publisher of events at hand',
    example: 'repl',
    services: ['gateway'],
  },
  { name: 'audit', summary: 'Writes the audit log as lines of JSON', example: 'audit export', services: ['gateway'] },
  {
    name: 'outbox',
    summary: 'Counts, retries or removes messages that wait for SQS (the worker has its own: `worker outbox`)',
    example: 'outbox --json',
    services: ['gateway'],
  },
  {
    name: 'dead-letters',
    summary: 'Lists, shows, sends again or deletes dead letters',
    example: 'dead-letters list mail',
    services: ['worker'],
  },
  {
    name: 'operators',
    summary: 'Adds, lists or removes those who may use the console',
    example: 'operators add kim --role act',
    services: ['worker'],
  },
  {
    name: 'queue',
    summary: 'Pauses a queue or a handler on every replica, and has it go on',
    example: 'queue pause mail --reason "provider is down"',
    services: ['worker'],
  },
  {
    name: 'suppressions',
    summary: 'Lists or lifts addresses that get no mail',
    example: 'suppressions list',
    services: ['worker'],
  },
  {
    name: 'mail',
    summary: 'Finds, shows and retries mails; previews every mail as its reader sees it',
    example: 'mail find ann@example.com',
    services: ['worker'],
  },
];
