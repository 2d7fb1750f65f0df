import { waitsCommand } from '@postern/durable';
import type { Command, Database, Opened } from '@postern/runtime';
import { peerOfCommand } from '../peer/gateway-peer.ts';
import { workerWaits } from '../peer/worker-waits.ts';

/** What waits with the worker; with the gateway too, where it may be asked. */
export function waits(open: Opened<{ database: Database }>): Command {
  return waitsCommand({
    open,
    look: workerWaits,
    elsewhere: () => {
      const peer = peerOfCommand();
      return peer && ((query) => peer.waits(query));
    },
    sees: "This is the worker's part: mails, jobs, and its outbox. What the gateway has yet to send is in `gateway waits`, or here where GATEWAY_OPS_URL and PEER_KEY are set.",
  });
}
