import { setTimeout as pause } from 'node:timers/promises';
import type { SeededRandom } from '../seeded-random.ts';
import { SqsFront } from './sqs-front.ts';

/** Copies of each message, the first one included. */
const TIMES = 3;
const LATEST_MS = 3_000;

/** An SQS that keeps each message three times, at any moment of some seconds: what "at least once" allows. */
export class RepeatingSqs {
  /** Requests whose copies are still to come. */
  pending = 0;
  /** Requests to send that were repeated. */
  repeated = 0;

  /** The way to it. */
  before(target: string, random: SeededRandom): Promise<SqsFront> {
    return SqsFront.before(target, (_body, { again }) => {
      this.repeated += 1;
      for (let copy = 1; copy < TIMES; copy++) {
        this.pending += 1;
        void pause(random.between(0, LATEST_MS))
          .then(again)
          .catch(() => undefined)
          .finally(() => (this.pending -= 1));
      }
    });
  }
}
