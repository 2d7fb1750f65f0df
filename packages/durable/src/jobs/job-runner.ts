import {
  type Clock,
  type Database,
  errorMessage,
  isMomentary,
  type Logger,
  type Transaction,
  timeOfId,
} from '@postern/runtime';
import { DEFAULT_RETRY, giveUpReason, type ReceivedMessage, RetryLater } from '@postern/sqs/ports';
import type { Inbox } from '../inbox/inbox.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { persistently } from '../sql/persistently.ts';
import type { ReadJob } from './job-definition.ts';
import { type GroupProgress, JobGroups } from './job-groups.ts';
import { JobLocks } from './job-locks.ts';
import type { JobRecords } from './job-records.ts';
import { claimedTicket, type JobTicket } from './job-ticket.ts';
import { ScheduleStore } from './schedule-store.ts';

interface JobRunnerOptions {
  /** Default: as the message's attributes claim, which is for queues that nobody but trusted services can write to. */
  read?: ReadJob;
  logger: Logger;
  clock?: Clock;
  /** Tries after which a message is given up, where the consumer does not say (`message.attempts`): a group is notified at the last one. */
  attempts?: number;
  /** Keeps why tries have failed, for traces. */
  records?: JobRecords;
}

/** Under which listener's name the inbox knows jobs; a job has one handler. */
const LISTENER = 'job';
/** For how long a database is waited for that is to have what waits for a failed job hear of it, in milliseconds: longer than a failover. */
const TELL_MS = 60_000;

type JobOutcome = 'ran' | 'repeat' | 'cancelled';

const readClaims: ReadJob = (message) => ({ id: message.id, ticket: claimedTicket(message) });

/** Wraps the handler of jobs: each is done once, and what waits for its end (key, chain, batch, schedule) is notified. */
export class JobRunner {
  readonly #database: Database;
  readonly #inbox: Inbox;
  readonly #options: Required<Omit<JobRunnerOptions, 'records'>> & Pick<JobRunnerOptions, 'records'>;
  readonly #groups: JobGroups;
  readonly #locks = new JobLocks();
  readonly #schedules = new ScheduleStore();

  constructor(database: Database, inbox: Inbox, outbox: Outbox, options: JobRunnerOptions) {
    this.#database = database;
    this.#inbox = inbox;
    this.#options = { read: readClaims, clock: database.clock, attempts: DEFAULT_RETRY.attempts, ...options };
    this.#groups = new JobGroups(outbox, this.#options.clock, options.records);
  }

  /**
   * Runs `work` unless this job was done before or its group was cancelled. A plain job costs what the inbox costs; one
   * that belongs to something, one transaction more.
   *
   * @throws what `read` throws, with nothing recorded; what `work` throws: the consumer decides by it; RetryLater where the database was away before the
   *   last try began
   */
  async run(message: ReceivedMessage, work: () => Promise<void>): Promise<JobOutcome> {
    const { id, ticket, subject } = this.#options.read(message);
    let outcome: JobOutcome;
    let began = false;
    try {
      if (ticket.group !== undefined && (await this.#groups.isCancelled(this.#database, ticket.group)))
        return 'cancelled';
      const begin = () => {
        began = true;
        return work();
      };
      outcome = await this.#inbox.once(LISTENER, id, begin, { signal: message.signal });
    } catch (error) {
      if (began) await this.#recordTry(message, { id, ticket, subject }, error);
      const { signal, attempt, attempts = this.#options.attempts } = message;
      const tried = { attempt, attempts, waitedMs: 0, waitMs: Number.POSITIVE_INFINITY };
      // Of a try that was cut off, the consumer decides by what cut it off.
      if (giveUpReason(signal.aborted ? signal.reason : error, tried) !== undefined) {
        // The last try is for what the job does: of one that has not begun nobody may hear that it has failed.
        if (!began && !signal.aborted && isMomentary(error)) {
          throw new RetryLater('the database does not answer', { cause: error });
        }
        await this.#settle(ticket, id, 'failed', errorMessage(error)).catch((failure: unknown) => {
          // The job's own error is what the consumer must see. The group is repaired when the dead letter is redriven.
          const fields = { message_id: id, type: message.type, error: failure };
          this.#options.logger.error('what waits for a failed job could not be informed', fields);
        });
      }
      throw error;
    }
    // Also for a repeat: its process may have died between the record and this.
    await this.#settle(ticket, id, 'done').catch((error: unknown) => {
      if (!isMomentary(error)) throw error;
      // It is done: this must not use up its tries and have it reported as failed.
      const options = { atMostMs: Number.POSITIVE_INFINITY, cause: error };
      throw new RetryLater('the job is done, and what waits for it could not be informed', options);
    });
    return outcome;
  }

  /**
   * Notifies what waits for a job that it has failed for good: for a consumer's `givenUp`, which also hears of those whose last run
   * never came to an end, or that were made to wait for too long. One that is done is told as done: its process may have died between the record and
   * its last word to SQS.
   */
  async givenUp(message: ReceivedMessage, error: unknown): Promise<void> {
    let job: ReturnType<ReadJob>;
    try {
      job = this.#options.read(message);
    } catch {
      // Not genuine: nothing of ours waits for it. Why it is given up is in its dead letter.
      return;
    }
    // Nobody else comes to say so: a batch would never end, and a unique key be taken for a day.
    const tell = async () => {
      if (Object.keys(job.ticket).length === 0) return;
      if (await this.#inbox.isDone(LISTENER, job.id)) await this.#settle(job.ticket, job.id, 'done');
      else await this.#settle(job.ticket, job.id, 'failed', errorMessage(error));
    };
    await persistently(tell, { forMs: TELL_MS });
  }

  /** How far a chain or batch has come. Undefined for an id that is unknown, or was pruned. */
  progress(groupId: string): Promise<GroupProgress | undefined> {
    return this.#groups.progress(this.#database, groupId);
  }

  /** Ends a chain or batch early. False when it had ended already. */
  cancel(groupId: string): Promise<boolean> {
    return this.#groups.cancel(this.#database, groupId);
  }

  async #recordTry(message: ReceivedMessage, { id, ticket, subject }: ReturnType<ReadJob>, error: unknown) {
    const { type, queue, traceparent, attempt } = message;
    const { group: groupId, position } = ticket;
    const dispatchedAt = timeOfId(id) ?? message.sentAt;
    const record = { id, type, queue, traceparent, subject, groupId, position, dispatchedAt, dueAt: dispatchedAt };
    await this.#options.records?.tried(record, { attempt, error });
  }

  async #settle(ticket: JobTicket, jobId: string, outcome: 'done' | 'failed', error?: string): Promise<void> {
    if (Object.keys(ticket).length === 0) return;
    const { key, group, position, schedule } = ticket;
    await this.#database.transaction(async (tx: Transaction) => {
      if (group !== undefined && position !== undefined) await this.#groups.settle(tx, group, position, outcome);
      if (schedule !== undefined) await this.#schedules.ended(tx, schedule, this.#options.clock.now(), error);
      if (key !== undefined) await this.#locks.release(tx, key, jobId);
    });
  }
}
