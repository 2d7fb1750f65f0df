import type { Database } from '@postern/runtime';
import type { DeadLetters } from '@postern/sqs';
import type { LetterRegister } from './letter-register.ts';
import type { Operation } from './operation-row.ts';
import type { Operations } from './operations.ts';

/** How often a pass writes down how far it is, in milliseconds. */
const PROGRESS_MS = 1_000;

/** SQS shows, and counts, what was sent to it up to a minute later: what died so recently is not gone for not being seen, in milliseconds. */
const SETTLED_MS = 300_000;

/** A queue that others hold letters of is gone through again after so long, in milliseconds, and so many times: a killed command keeps them for 15 minutes. */
const AGAIN_MS = 60_000;
const MOST_PASSES = 20;

interface QueueSurveyParts {
  database: Database;
  operations: Operations;
  register: LetterRegister;
}

/** A pass through a queue: what SQS itself has moved is written down, and copies of what was acted on are deleted. */
export class QueueSurvey {
  readonly #parts: QueueSurveyParts;
  readonly #letters: DeadLetters;
  readonly #againMs: number;

  /** @param againMs after which a queue is gone through again that others hold letters of (tests) */
  constructor(parts: QueueSurveyParts, letters: DeadLetters, againMs = AGAIN_MS) {
    this.#parts = parts;
    this.#letters = letters;
    this.#againMs = againMs;
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
    const goThrough = () =>
      this.#letters.pass(
        queue,
        async (some) => {
          const gone = await register.seen(queue, some);
          looked += some.length;
          await isStillOurs();
          return gone;
        },
        { signal },
      );
    let pass = await goThrough();
    // Copies of what was acted on are among those that somebody else holds at the moment: they show again.
    for (let times = 1; times < MOST_PASSES && !pass.isWhole && (await register.hasCopies(queue)); times++) {
      for (let waited = 0; waited < this.#againMs && (await isStillOurs()); waited += PROGRESS_MS)
        await database.clock.sleep(PROGRESS_MS, signal).catch(() => undefined);
      if (signal.aborted) break;
      pass = await goThrough();
    }
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
