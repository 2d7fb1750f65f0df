import { type Waiting, waitsCommand } from '@postern/durable';
import type { Command, Database, Opened } from '@postern/runtime';

/** Besides its outbox nothing of the gateway's waits: links that nobody follows expire. */
export async function gatewayWaits(): Promise<Waiting[]> {
  return [];
}

/** What the gateway has yet to hand to SQS. */
export function waits(open: Opened<{ database: Database }>): Command {
  return waitsCommand({
    open,
    look: gatewayWaits,
    sees: "This is the gateway's part: its outbox. Mails and jobs are in `worker waits`.",
  });
}
