import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

/** The longest, in milliseconds. */
const MOST_MS = 10;

/**
 * A wait of another length each time, before an answer that must not tell who has an account (ASVS 5.0, 6.3.8). The same statements run
 * either way, but an account's row is read, its event is larger, and rows of somebody new are inserted where others are updated: 30 us of the 1.6 ms of a
 * forgotten password, which 500 answers show. Beside a wait like this it takes some hundred thousand, and a mailbox can be asked for ten an hour (MAILS_PER_HOUR).
 */
export async function answerDelay(): Promise<void> {
  await pause(randomInt(MOST_MS + 1));
}
