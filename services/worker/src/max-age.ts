const DAY_MS = 86_400_000;
/**
 * How old a message's signature may be, in milliseconds. Longer than any message's way (14 days on its queue, 14 as a dead letter), and less
 * than inbox and ledger remember (30 days).
 */
export const MAX_AGE_MS = 28 * DAY_MS;
