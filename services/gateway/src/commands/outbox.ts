import { userInfo } from 'node:os';
import { DeadRows, outboxCommand } from '@postern/queue';
import type { OpenResources } from '../resources.ts';
import type { Command } from './command.ts';

type WithResources = (work: (resources: OpenResources) => Promise<void>) => Promise<void>;

/** What an operator does with messages that wait in the outbox or were given up there. Exit code 2: not understood. */
export function outbox(withResources: WithResources): Command {
  return {
    name: 'outbox',
    summary: 'Messages on their way to SQS: outbox [dead | retry | remove | --help]',
    run: (args) =>
      withResources(async ({ outbox: pending, database, logger }) => {
        process.exitCode = await outboxCommand(args, {
          outbox: pending,
          deadRows: new DeadRows(database, { logger }),
          print: (line) => process.stdout.write(`${line}\n`),
          printError: (line) => process.stderr.write(`${line}\n`),
          by: userInfo().username,
        });
      }),
  };
}
