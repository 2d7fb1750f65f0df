import { scheduleCommands } from '@postern/durable';
import type { Command, Database, Logger, Opened } from '@postern/runtime';
import { OperatorAudit } from '../operators/operator-audit.ts';
import { peerOfCommand } from '../peer/gateway-peer.ts';

/** The worker's schedules, with an entry in the operators' audit for each act; in the list the gateway's too, where it may be asked. */
export function workerSchedules(open: Opened<{ database: Database; logger: Logger }>): Command[] {
  return scheduleCommands({
    open,
    record: async ({ database }, act, detail) => {
      const audit = new OperatorAudit(database);
      const entry = await audit.begin(act, detail);
      return (result, words) => audit.end(entry, result, words);
    },
    elsewhere: {
      service: 'gateway',
      ask: () => {
        const peer = peerOfCommand();
        return peer && (() => peer.schedules());
      },
    },
  });
}
