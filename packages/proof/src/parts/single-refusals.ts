import { until } from '@postern/runtime/testing';
import type { System } from '../system.ts';
import type { Refusal, Stage } from './smtp-sink.ts';

export interface SingleRefusal extends Refusal {
  stage: Stage;
  /** What it is taken for: the mail's state in the end. An address whose mail has bounced is suppressed. */
  ends: 'bounced' | 'failed' | 'accepted';
}

/** What is said of one recipient or one mail, and not of others beside it (docs/decisions/refused-recipients.md). */
export const SINGLE_REFUSALS: readonly SingleRefusal[] = [
  { stage: 'recipient', code: 550, text: '5.1.1 There is no mailbox by that name', ends: 'bounced' },
  { stage: 'recipient', code: 550, text: '5.2.1 This mailbox is closed', ends: 'bounced' },
  { stage: 'recipient', code: 550, text: 'Nobody of that name', ends: 'failed' },
  { stage: 'recipient', code: 552, text: '5.2.2 The mailbox is full', ends: 'accepted' },
  { stage: 'recipient', code: 450, text: '4.2.1 The mailbox is busy', ends: 'accepted' },
  { stage: 'whole', code: 552, text: '5.3.4 The mail is larger than what may come', ends: 'failed' },
  { stage: 'whole', code: 554, text: '5.6.0 The mail cannot be read', ends: 'failed' },
];
const MET_MS = 120_000;

/** Each is said once, to whoever's mail comes next, while everybody else's are taken. To whom, in their order. */
export async function refuseSingles({ smtp }: System): Promise<string[]> {
  const met: string[] = [];
  for (const { stage, code, text } of SINGLE_REFUSALS) {
    const before = met.length;
    smtp.interfere = (at, address) => {
      if (at !== stage || address === undefined || met.length > before || met.includes(address)) return undefined;
      met.push(address);
      return { code, text };
    };
    await until(() => met.length > before, MET_MS, `a mail that meets ${code} ${text}`);
    // Refusals in a row would speak of the relay.
    const received = smtp.received.length;
    await until(() => smtp.received.length > received, MET_MS, `a mail after ${code} ${text}`);
  }
  smtp.interfere = () => undefined;
  return met;
}
