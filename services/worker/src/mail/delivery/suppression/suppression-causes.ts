/**
 * `rejected`: refused by SMTP under a code of its mailbox. `refused-often`: in whatever words, on several days. `bounced`,
 * `soft-bounces`, `complained`: reported by a provider's event. `manual`: by a person.
 */
export const SUPPRESSION_CAUSES = [
  'rejected',
  'refused-often',
  'bounced',
  'soft-bounces',
  'complained',
  'manual',
] as const;
export type SuppressionCause = (typeof SUPPRESSION_CAUSES)[number];

const DAY_MS = 86_400_000;
/**
 * What may pass by itself ends by itself: a full mailbox is emptied, a server is repaired. And no reply of a relay is for good: one that
 * says 5.1.1 of every tenth recipient for an afternoon looks like ten typing errors. In milliseconds.
 */
export const ENDS_AFTER_MS: Readonly<Partial<Record<SuppressionCause, number>>> = {
  'soft-bounces': 14 * DAY_MS,
  'refused-often': 14 * DAY_MS,
  rejected: 30 * DAY_MS,
};

/** A cause that says more takes the place of one that says less: what is for good, a person who wants no mail, what may pass. */
export const WEIGHT: Readonly<Record<SuppressionCause, number>> = {
  ...{ manual: 4, bounced: 4, complained: 3, rejected: 2, 'soft-bounces': 1, 'refused-often': 1 },
};

/**
 * Whether mail that guards an account, or is the way back into it, goes on all the same: whoever called a mail spam still has an account to
 * keep, and what ends by itself may have passed long before it ends.
 */
export function letsSecurityMailPass(cause: SuppressionCause): boolean {
  return cause === 'complained' || cause in ENDS_AFTER_MS;
}
