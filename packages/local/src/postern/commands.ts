import type { ServiceName } from '../playground/playground.ts';

/** A command as it is listed; `services` are run one after the other. */
export interface PosternCommand {
  name: string;
  usage: string;
  what: string;
  services: readonly ServiceName[];
}

export const posternCommands: readonly PosternCommand[] = [
  {
    name: 'migrate',
    usage: 'migrate',
    what: 'brings both databases to the newest schema',
    services: ['gateway', 'worker'],
  },
  {
    name: 'keys',
    usage: 'keys list | rotate | revoke ID --now',
    what: 'keys that sign access tokens',
    services: ['gateway'],
  },
  { name: 'admin', usage: 'admin create --email …', what: 'makes the first administrator', services: ['gateway'] },
  {
    name: 'two-factor',
    usage: 'two-factor remove --email …',
    what: 'removes the second factor of somebody who has lost it',
    services: ['gateway'],
  },
  {
    name: 'audit',
    usage: 'audit export …',
    what: 'writes the audit log as lines of JSON',
    services: ['gateway'],
  },
  {
    name: 'outbox',
    usage: 'outbox …',
    what: 'counts, retries or removes messages that wait for SQS',
    services: ['gateway'],
  },
  {
    name: 'dead-letters',
    usage: 'dead-letters …',
    what: 'lists, shows, sends again or deletes dead letters',
    services: ['worker'],
  },
  {
    name: 'suppressions',
    usage: 'suppressions …',
    what: 'lists or lifts addresses that get no mail',
    services: ['worker'],
  },
  {
    name: 'mail:preview',
    usage: 'mail:preview [name --to …]',
    what: 'shows every mail as its reader sees it, or sends one',
    services: ['worker'],
  },
  { name: 'make:event', usage: 'make:event <name>', what: 'writes an event, such as order.shipped', services: [] },
  { name: 'make:mail', usage: 'make:mail <name>', what: 'writes a mail, such as order.shipped', services: [] },
  {
    name: 'make:listener',
    usage: 'make:listener <event>',
    what: 'writes the listener that mails an event',
    services: [],
  },
  { name: 'make:all', usage: 'make:all <name>', what: 'writes all three of them', services: [] },
];

export function findCommand(name: string): PosternCommand | undefined {
  return posternCommands.find((it) => it.name === name && it.services.length > 0);
}
