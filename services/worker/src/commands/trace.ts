import { traceCommand } from '@postern/durable';
import type { Command, Database, Opened } from '@postern/runtime';
import { peerOfCommand } from '../peer/gateway-peer.ts';
import { workerTrace } from '../worker-trace.ts';
import { hashOf } from './hash-of.ts';

/** What the worker knows of a trace, an event, a mail, a person or an address; and the gateway, where it may be asked. */
export function trace(open: Opened<{ database: Database }>): Command {
  return traceCommand({
    open,
    look: (database, id) => workerTrace((address) => hashOf(database, address))(database, id),
    elsewhere: () => {
      const peer = peerOfCommand();
      return peer && ((id) => peer.trace(id));
    },
    sees: "This is the worker's part: what listeners have handled and why others have not, jobs with each try that failed, mails with what their servers said, bounces, what was given up and what was decided about it, and what waits in its outbox. Requests are in `gateway trace`, or here where GATEWAY_OPS_URL and PEER_KEY are set. What SQS has moved by itself is known once the console has gone through the queue.",
    examples: [
      'trace 0199…',
      'trace ann@example.com',
      'trace 0100018f…-000000',
      'trace 4bf92f3577b34da6a3ce929d0e0e4736 --json',
    ],
  });
}
