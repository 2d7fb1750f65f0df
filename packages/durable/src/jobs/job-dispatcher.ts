import { type Clock, type Database, newId, type Transaction } from '@postern/runtime';
import type { z } from 'zod';
import type { Outbox } from '../outbox/outbox.ts';
import { JOB_LIMITS } from './create-job-tables.ts';
import { type DispatchingWork, DispatchKeys } from './dispatch-keys.ts';
import type { EncodeJob, JobCall, JobDefinition } from './job-definition.ts';
import { type EndCalls, type GroupKind, JobGroups } from './job-groups.ts';
import { JobLocks } from './job-locks.ts';
import type { JobTicket } from './job-ticket.ts';
import { toOutgoingJob } from './outgoing-job.ts';

export interface JobDispatcherOptions {
  encode: EncodeJob;
  /** Where jobs go that name no queue (default `jobs`). */
  queue?: string;
  /** The trace that jobs belong to whose dispatch names none. */
  traceparent?: string | undefined;
  clock?: Clock;
}

export interface UniqueOptions {
  /** At most one job of this key is waiting or running. */
  key: string;
  /** Unique for this many milliseconds from now, done or not. Without it: until done. */
  windowMs?: number;
  /**
   * Without a window: how long an unfinished job keeps its key after it became available, in milliseconds (default a
   * day). A job that was lost to a purged dead-letter queue must not block its key for ever.
   */
  atMostMs?: number;
}

export interface DispatchOptions {
  queue?: string;
  /** Not before this many milliseconds from now. Any length; it is kept in the outbox, where a crash cannot lose it. */
  delayMs?: number;
  /** Not before this time. Takes precedence over `delayMs`. */
  at?: Date;
  unique?: UniqueOptions;
  /** Jobs of one key are sent in the order of their dispatch (see `AddOptions.orderKey`). */
  orderKey?: string;
  groupId?: string;
  traceparent?: string;
}

export interface Dispatched {
  id: string;
  /** False when a unique job was there already, or an earlier try of the handler has dispatched it; `id` is that one's. */
  dispatched: boolean;
}

type DispatchArgs = [job: JobDefinition, data: unknown, options?: DispatchOptions & { ticket?: JobTicket }];
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
/** How long a handler's tries are told from one another: as long as the inbox knows that it has succeeded. */
const TRIES_MS = 30 * DAY_MS;

/**
 * Sends jobs: now, later, at a time, at most one of a key, one after another, or many with word of their end. Everything
 * goes through the outbox, so that a job is dispatched if and only if the transaction it belongs to commits.
 */
export class JobDispatcher {
  readonly #database: Database;
  readonly #outbox: Outbox;
  readonly #options: JobDispatcherOptions & Required<Omit<JobDispatcherOptions, 'traceparent'>>;
  readonly #locks = new JobLocks();
  readonly #groups: JobGroups;
  readonly #keys: DispatchKeys | undefined;

  constructor(database: Database, outbox: Outbox, options: JobDispatcherOptions, keys?: DispatchKeys) {
    this.#database = database;
    this.#keys = keys;
    this.#outbox = outbox;
    this.#options = { queue: 'jobs', clock: database.clock, ...options };
    this.#groups = new JobGroups(outbox, this.#options.clock);
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
  forTry({ traceparent, ...work }: DispatchingWork & { traceparent: string | undefined }): JobDispatcher {
    return new JobDispatcher(this.#database, this.#outbox, { ...this.#options, traceparent }, new DispatchKeys(work));
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
    options?: DispatchOptions & { ticket?: JobTicket },
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
    options: DispatchOptions & { ticket?: JobTicket } = {},
  ): Promise<Dispatched> {
    const {
      unique = uniqueOf(job, data),
      orderKey,
      groupId,
      traceparent = this.#options.traceparent,
      ticket = {},
    } = options;
    const now = this.#options.clock.now();
    const at = options.at ?? (options.delayMs ? new Date(now.getTime() + options.delayMs) : undefined);
    const id = newId();
    const untilDone = unique && unique.windowMs === undefined;
    const { queue, message } = toOutgoingJob(
      { job, data, ...(options.queue === undefined ? {} : { queue: options.queue }) },
      {
        queue: this.#options.queue,
        encode: this.#options.encode,
        id,
        ticket: { ...ticket, ...(untilDone ? { key: unique.key } : {}) },
        traceparent,
        time: at ?? now,
      },
    );
    const before = await this.#dispatchedBefore(tx, tryKey, id);
    if (before !== undefined) return { id: before, dispatched: false };
    if (unique) {
      const holder = await this.#take(tx, unique, { id, now, at: at ?? now });
      if (holder !== id) {
        // Nothing was dispatched: the next try asks again.
        if (tryKey !== undefined) await this.#locks.release(tx, tryKey, id);
        return { id: holder, dispatched: false };
      }
    }
    await this.#outbox.add(tx, queue, groupId === undefined ? message : { ...message, groupId }, {
      ...(at === undefined ? {} : { availableAt: at }),
      ...(orderKey === undefined ? {} : { orderKey }),
    });
    return { id, dispatched: true };
  }

  /**
   * Jobs that run one after another: each is dispatched when the one before it is done. With the transaction that calls for them, or
   * by itself.
   *
   * @returns the chain's id
   * @throws RangeError when there is no job in it
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
    const holder = await this.#locks.take(tx, key, { jobId: id, now, expiresAt });
    return holder === id ? undefined : holder;
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
    const pack = (jobCall: JobCall, ticket: JobTicket) => toOutgoingJob(jobCall, { ...this.#options, ticket });
    await this.#groups.create(tx, {
      id: group,
      kind,
      name,
      jobs: calls.map((jobCall, position) => pack(jobCall, { group, position })),
      onDone: onDone && pack(onDone, {}),
      onFailed: onFailed && pack(onFailed, {}),
    });
    return group;
  }

  #take(tx: Transaction, unique: UniqueOptions, { id, now, at }: { id: string; now: Date; at: Date }): Promise<string> {
    const { key, windowMs, atMostMs = DAY_MS } = unique;
    if (key.length === 0 || key.length > JOB_LIMITS.uniqueKey) {
      throw new RangeError(`a unique key must have 1 to ${JOB_LIMITS.uniqueKey} characters, not ${key.length}`);
    }
    const expiresAt = new Date(windowMs === undefined ? at.getTime() + atMostMs : now.getTime() + windowMs);
    return this.#locks.take(tx, key, { jobId: id, now, expiresAt });
  }
}
