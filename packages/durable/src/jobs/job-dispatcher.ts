import {
  type Clock,
  currentTraceparent,
  type Database,
  newId,
  newTraceparent,
  type Transaction,
} from '@postern/runtime';
import type { z } from 'zod';
import type { Outbox } from '../outbox/outbox.ts';
import { asKey } from '../sql/key-column.ts';
import { JOB_LIMITS } from './create-job-tables.ts';
import { DispatchKeys } from './dispatch-keys.ts';
import type { Dispatched, DispatchOptions, HandlersTry, OwnOptions, UniqueOptions } from './dispatch-options.ts';
import type { EncodeJob, JobCall, JobDefinition } from './job-definition.ts';
import { type EndCalls, type GroupKind, JobGroups } from './job-groups.ts';
import { JobLocks } from './job-locks.ts';
import type { JobRecord, JobRecords } from './job-records.ts';
import type { JobTicket } from './job-ticket.ts';
import { type OutgoingJob, toOutgoingJob } from './outgoing-job.ts';

interface JobDispatcherOptions {
  encode: EncodeJob;
  /** Where jobs go that name no queue (default `jobs`). */
  queue?: string;
  clock?: Clock;
  /** Keeps what was dispatched, for traces. */
  records?: JobRecords;
}

type DispatchArgs = [job: JobDefinition, data: unknown, options?: OwnOptions];
type GroupArgs = [name: string, calls: readonly JobCall[], end?: EndCalls];

/** What is dispatched, for the key by which a handler's next try knows it again, and how, where there is such a key. */
interface Dispatching<Args, Result> {
  content(args: Args): unknown;
  work(tx: Transaction, args: Args, tryKey: string | undefined): Promise<Result>;
}

/** Neither a job nor a name has hooks. */
function isTransaction(argument: unknown): argument is Transaction {
  return typeof argument === 'object' && argument !== null && 'afterCommit' in argument;
}

/** By the job's own rule. @throws what the job's schema throws for data that is none */
function uniqueOf({ type, uniqueBy }: JobDefinition, data: unknown): UniqueOptions | undefined {
  return uniqueBy && { key: `${type}/${uniqueBy(data)}` };
}

/** What dispatches jobs, as whoever dispatches sees it; `FakeJobs` of @postern/events/testing is it in tests. */
export type Jobs = Pick<JobDispatcher, 'dispatch' | 'chain' | 'batch'>;

const DAY_MS = 86_400_000;
/** How long the tries of one handler are recognized as such: as long as the inbox knows that it has succeeded. */
const TRIES_MS = 30 * DAY_MS;

/**
 * Sends jobs: now, later, at a time, at most one of a key, one after another, or many with word of their end. Everything
 * goes through the outbox, so that a job is dispatched if and only if the transaction it belongs to commits.
 */
export class JobDispatcher {
  readonly #database: Database;
  readonly #outbox: Outbox;
  readonly #options: JobDispatcherOptions & Required<Omit<JobDispatcherOptions, 'records'>>;
  readonly #locks = new JobLocks();
  readonly #groups: JobGroups;
  readonly #for: HandlersTry | undefined;
  readonly #keys: DispatchKeys | undefined;

  constructor(database: Database, outbox: Outbox, options: JobDispatcherOptions, handlersTry?: HandlersTry) {
    this.#database = database;
    this.#for = handlersTry;
    this.#keys = handlersTry && new DispatchKeys(handlersTry);
    this.#outbox = outbox;
    this.#options = { queue: 'jobs', clock: database.clock, ...options };
    this.#groups = new JobGroups(outbox, this.#options.clock, options.records);
  }

  /** Writes a job and sends nothing. @throws what `encode` throws when the data is not what the job asks for */
  check(call: JobCall): void {
    const { queue, encode } = this.#options;
    toOutgoingJob(call, { queue, encode });
  }

  /**
   * The same for one try of a handler: what it dispatches belongs to the message's trace and goes out once, however often the
   * handler is tried. What goes with a transaction of the handler's own is that transaction's business.
   */
  forTry(handlersTry: HandlersTry): JobDispatcher {
    return new JobDispatcher(this.#database, this.#outbox, this.#options, handlersTry);
  }

  /**
   * Dispatches a job with the transaction that calls for it, or by itself.
   *
   * @throws what `encode` throws when the data is not what the job asks for
   */
  dispatch<Job extends JobDefinition>(
    tx: Transaction,
    job: Job,
    data: z.input<Job['schema']>,
    options?: OwnOptions,
  ): Promise<Dispatched>;
  dispatch<Job extends JobDefinition>(
    job: Job,
    data: z.input<Job['schema']>,
    options?: DispatchOptions,
  ): Promise<Dispatched>;
  dispatch(...args: unknown[]): Promise<Dispatched> {
    return this.#within<DispatchArgs, Dispatched>(args, {
      content: ([{ type }, data]) => ['dispatch', type, data],
      work: (tx, rest, key) => this.#dispatch(tx, key, ...rest),
    });
  }

  async #dispatch(
    tx: Transaction,
    tryKey: string | undefined,
    job: JobDefinition,
    data: unknown,
    { id = newId(), ...options }: OwnOptions = {},
  ): Promise<Dispatched> {
    const { unique = uniqueOf(job, data), orderKey, groupId, origin, ticket = {} } = options;
    const now = this.#options.clock.now();
    const at = options.at ?? (options.delayMs ? new Date(now.getTime() + options.delayMs) : undefined);
    const untilDone = unique && unique.windowMs === undefined;
    const subject = options.subject ?? this.#for?.subject;
    const outgoing = toOutgoingJob(
      { job, data, ...(options.queue === undefined ? {} : { queue: options.queue }) },
      {
        queue: this.#options.queue,
        encode: this.#options.encode,
        ...{ id, subject, time: at ?? now, traceparent: this.#traceparent(options.traceparent) },
        ticket: { ...ticket, ...(untilDone ? { key: unique.key } : {}) },
      },
    );
    const { queue, message } = outgoing;
    const before = await this.#dispatchedBefore(tx, tryKey, id);
    if (before !== undefined) return { id: before, dispatched: false };
    if (unique) {
      const holder = await this.#acquireLock(tx, unique, { id, now, at: at ?? now });
      if (holder !== undefined) {
        // Nothing was dispatched: the next try asks again.
        if (tryKey !== undefined) await this.#locks.release(tx, tryKey, id);
        return { id: holder, dispatched: false };
      }
    }
    await this.#outbox.add(tx, queue, groupId === undefined ? message : { ...message, groupId }, {
      ...(at === undefined ? {} : { availableAt: at }),
      ...(orderKey === undefined ? {} : { orderKey }),
    });
    this.#record(tx, [outgoing], { subject, origin, dispatchedAt: now, dueAt: at ?? now });
    return { id, dispatched: true };
  }

  /**
   * Jobs that run one after another: each is dispatched when the one before it is done. With the transaction that calls for them, or
   * by itself.
   *
   * @returns the chain's id
   * @throws RangeError when there is no job in it, or one that the outbox cannot keep
   */
  chain(tx: Transaction, name: string, calls: readonly JobCall[], end?: EndCalls): Promise<string>;
  chain(name: string, calls: readonly JobCall[], end?: EndCalls): Promise<string>;
  chain(...args: unknown[]): Promise<string> {
    return this.#groupOf('chain', args);
  }

  /** Jobs that run side by side, with a job that follows when all are done; otherwise as `chain`. Returns the batch's id. */
  batch(tx: Transaction, name: string, calls: readonly JobCall[], end?: EndCalls): Promise<string>;
  batch(name: string, calls: readonly JobCall[], end?: EndCalls): Promise<string>;
  batch(...args: unknown[]): Promise<string> {
    return this.#groupOf('batch', args);
  }

  /** The overloads have checked what comes after the transaction, which is the caller's or one of our own. */
  async #within<Args extends unknown[], Result>(
    args: unknown[],
    { content, work }: Dispatching<Args, Result>,
  ): Promise<Result> {
    const [first, ...rest] = args;
    if (isTransaction(first)) return work(first, rest as Args, undefined);
    // Outside of the transaction, which may be run more than once.
    const key = this.#keys?.next(content(args as Args));
    return this.#database.transaction((tx) => work(tx, args as Args, key));
  }

  /** The id of what an earlier try has dispatched under this key; undefined: none has, and `id` is it from now on. */
  async #dispatchedBefore(tx: Transaction, key: string | undefined, id: string): Promise<string | undefined> {
    if (key === undefined) return undefined;
    const now = this.#options.clock.now();
    const expiresAt = new Date(now.getTime() + TRIES_MS);
    return this.#locks.acquire(tx, key, { jobId: id, now, expiresAt });
  }

  #groupOf(kind: GroupKind, args: unknown[]): Promise<string> {
    return this.#within<GroupArgs, string>(args, {
      content: ([name, calls]) => [kind, name, calls.map(({ job, data }) => [job.type, data])],
      work: (tx, rest, key) => this.#group(kind, tx, key, ...rest),
    });
  }

  async #group(
    kind: GroupKind,
    tx: Transaction,
    tryKey: string | undefined,
    name: string,
    calls: readonly JobCall[],
    { onDone, onFailed }: EndCalls = {},
  ): Promise<string> {
    if (calls.length === 0) throw new RangeError(`the ${kind} "${name}" has no jobs: nothing would ever end it`);
    if (name.length > JOB_LIMITS.groupName)
      throw new RangeError(`a group's name has at most ${JOB_LIMITS.groupName} characters`);
    const group = newId();
    const before = await this.#dispatchedBefore(tx, tryKey, group);
    if (before !== undefined) return before;
    const { queue, encode, clock } = this.#options;
    const [subject, traceparent] = [this.#for?.subject, this.#traceparent()];
    const pack = (jobCall: JobCall, ticket: JobTicket) =>
      toOutgoingJob(jobCall, { queue, encode, subject, traceparent, ticket });
    const jobs = calls.map((jobCall, position) => pack(jobCall, { group, position }));
    const ends = { onDone: onDone && pack(onDone, {}), onFailed: onFailed && pack(onFailed, {}) };
    // Also those whose turn comes later: nobody is there any more to hear that one cannot be sent, and the group would stand still.
    for (const job of [...jobs, ends.onDone, ends.onFailed]) if (job) this.#outbox.check(job.queue, job.message);
    await this.#groups.create(tx, { id: group, kind, name, jobs, ...ends });
    const now = clock.now();
    this.#record(tx, jobs, { subject, dispatchedAt: now, dueAt: now, groupId: group });
    return group;
  }

  /** Work that nobody's request or message has begun begins a trace, so that what comes of it is found together. */
  #traceparent(given: string | undefined = this.#for?.traceparent): string {
    return currentTraceparent(given) ?? newTraceparent();
  }

  #record(
    tx: Transaction,
    jobs: readonly OutgoingJob[],
    {
      origin = this.#for?.handler,
      ...of
    }: Pick<JobRecord, 'subject' | 'origin' | 'dispatchedAt' | 'dueAt' | 'groupId'>,
  ): void {
    const { records } = this.#options;
    if (!records) return;
    const originId = this.#for?.messageId;
    const rows = jobs.map(({ queue, message: { id, type, traceparent } }, index) => ({
      ...{ id, type, queue, traceparent, originId, origin, ...of },
      ...(of.groupId === undefined ? {} : { position: index }),
    }));
    records.dispatched(tx, rows);
  }

  #acquireLock(
    tx: Transaction,
    unique: UniqueOptions,
    { id, now, at }: { id: string; now: Date; at: Date },
  ): Promise<string | undefined> {
    const { key, windowMs, atMostMs = DAY_MS } = unique;
    if (key.length === 0 || asKey(key).length > JOB_LIMITS.uniqueKey) {
      throw new RangeError(`a unique key must have 1 to ${JOB_LIMITS.uniqueKey} characters, not ${key.length}`);
    }
    const expiresAt = new Date(windowMs === undefined ? at.getTime() + atMostMs : now.getTime() + windowMs);
    return this.#locks.acquire(tx, key, { jobId: id, now, expiresAt });
  }
}
