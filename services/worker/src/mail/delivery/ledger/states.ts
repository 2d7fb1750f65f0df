/** What is known of a mail. `unknown` is a state like the others: nobody can tell whether the provider has it. */
export type MailState =
  | 'queued'
  | 'sending'
  | 'accepted'
  | 'deferred'
  | 'delivered'
  | 'bounced'
  | 'complained'
  | 'suppressed'
  | 'failed'
  | 'expired'
  | 'unknown';

export const MAIL_STATES: readonly MailState[] = [
  'queued',
  'sending',
  'accepted',
  'deferred',
  'delivered',
  'bounced',
  'complained',
  'suppressed',
  'failed',
  'expired',
  'unknown',
];

/** Those that somebody still has to do something about. */
export const PENDING: readonly MailState[] = ['queued', 'sending', 'deferred', 'unknown'];

/** Done, unless an operator has it sent again once nothing keeps it from its recipient any more: until it expires its content is kept for that. */
const KEPT_BACK: readonly MailState[] = ['suppressed', 'bounced'];

/** Whether it is one that a suppression, the refusal that led to one, or an unsubscription kept from its recipient. */
export function wasKeptBack(state: MailState): boolean {
  return KEPT_BACK.includes(state);
}

/** What a provider's event may still change: reports on a mail arrive late, twice, and out of order. */
const AFTER: Readonly<Partial<Record<MailState, readonly MailState[]>>> = {
  delivered: ['sending', 'accepted', 'unknown', 'deferred'],
  // Not after `delivered`: what comes back then is an answer of the mailbox (out of office), or speaks of the next mail.
  bounced: ['sending', 'accepted', 'unknown', 'deferred'],
  failed: ['sending', 'accepted', 'unknown'],
  complained: ['sending', 'accepted', 'unknown', 'deferred', 'delivered', 'bounced'],
};

/** Whether a provider's event may take a mail from one state to the other. */
export function mayBecome(from: MailState, to: MailState): boolean {
  return AFTER[to]?.includes(from) ?? false;
}
