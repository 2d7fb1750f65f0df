import type { Database } from '@postern/runtime';
import type { DeadLetters } from '@postern/sqs';
import type { LetterRegister } from './letter-register.ts';
import type { Operation } from './operation-row.ts';
import type { Operations } from './operations.ts';

/** How often a pass writes down how far it is, in milliseconds. */
const PROGRESS_MS = 1_000;

/** SQS shows, and counts, what was sent to it up to a minute later: what died so recently is not gone for not being seen, in milliseconds. */
const SETTLED_MS = 300_000;

interface QueueSurveyParts {
  database: Database;
  operations: Operations;
  register: LetterRegister;
}

/** A pass through a queue: what SQS itself has moved is written down, and copies of what was acted on are deleted. */
export class QueueSurvey {
  readonly #parts: QueueSurveyParts;
  readonly #letters: DeadLetters;

  constructor(parts: QueueSurveyParts, letters: DeadLetters) {
    this.#parts = parts;
    this.#letters = letters;
  }

  /**
   * @param prolong writes down how far it is; false: it is nobody's, or another replica's, by now
   * @param stopped breaks it off: another replica begins again
   */
  async run(
    { id, queue, words }: Operation,
    prolong: (looked: number) => Promise<boolean>,
    stopped: AbortSignal,
  ): Promise<void> {
    const { database, register, operations } = this.#parts;
    const since = database.clock.now();
    let looked = 0;
    let wroteAt = since.getTime();
    const lost = new AbortController();
    const signal = AbortSignal.any([stopped, lost.signal]);
    const isStillOurs = async () => {
      const now = database.clock.now().getTime();
      if (!signal.aborted && now - wroteAt >= PROGRESS_MS) {
        wroteAt = now;
        if (!(await prolong(looked))) lost.abort();
      }
      return !signal.aborted;
    };
    const pass = await this.#letters.pass(
      queue,
      async (some) => {
        const gone = await register.seen(queue, some);
        looked += some.length;
        await isStillOurs();
        return gone;
      },
      { signal },
    );
    // What somebody else holds at the moment is not seen, and not gone.
    const settled = new Date(since.getTime() - SETTLED_MS);
    // What is deleted cannot be brought back: a lease that has ended meanwhile is noticed before that.
    wroteAt = 0;
    const forgotten = pass.isWhole ? await register.forgetUnseen(queue, settled, isStillOurs) : 0;
    // Broken off: another replica begins again, or nobody is to.
    if (!(await isStillOurs())) return;
    // Their copies went by before that: it is gone through once more.
    if (await register.hasActedSince(queue, since)) return;
    const gone = forgotten > 0 ? `, ${forgotten} that are not there any more were forgotten` : '';
    const detail = `${words}: ${pass.looked} letters looked at, ${pass.removed} that were acted on deleted${gone}`;
    await operations.finish(id, 'done', detail);
  }
}
