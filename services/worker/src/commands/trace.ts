import { traceCommand } from '@postern/durable';
import type { Command, Database, Opened } from '@postern/runtime';
import { mailTrace } from '../mail/delivery/ledger/mail-trace.ts';
import { peerOfCommand } from '../peer/gateway-peer.ts';

/** What the worker knows of a trace, an event, a mail or a person; and the gateway, where it may be asked. */
export function trace(open: Opened<{ database: Database }>): Command {
  return traceCommand({
    open,
    look: mailTrace,
    elsewhere: () => {
      const peer = peerOfCommand();
      return peer && ((id) => peer.trace(id));
    },
    sees: "This is the worker's part: what listeners have handled, mails with what their servers said, bounces, and what waits in its outbox. Requests are in `gateway trace`, or here where GATEWAY_OPS_URL and PEER_KEY are set; what was given up in `worker dead-letters list`.",
    examples: ['trace 0199…', 'trace 0100018f…-000000', 'trace 4bf92f3577b34da6a3ce929d0e0e4736 --json'],
  });
}
