import { type Clock, ConfigError, type Logger, type Metrics, SystemClock } from '@postern/runtime';
import type { QueueAddress } from '../client/queue-directory.ts';
import { SQS_LIMITS } from '../client/sqs-api.ts';
import { DEFAULT_RETRY, type RetryPolicy } from '../retry/retry-policy.ts';
import type { MessageHandler, ReceivedMessage } from './received-message.ts';

export interface ConsumerOptions {
  /** The queue's name in code. */
  queue: string;
  handler: MessageHandler;
  /** The types that are known to come: their metrics begin at 0, and all others are counted as `unknown`. Default: whatever comes. */
  types?: readonly string[];
  /** Handlers running at a time; a range lets the consumer adapt between its bounds. Default 100. */
  concurrency?: number | { min: number; max: number };
  /** How long SQS keeps a message from other consumers, in milliseconds; prolonged while it is worked on. Default 25,000. */
  visibilityMs?: number;
  /** How long one run of the handler may take, in milliseconds. Default 20,000. */
  handlerTimeoutMs?: number;
  /** How long an aborted handler may take to end before its message is given back without it. Default 1,000. */
  abortGraceMs?: number;
  /** The time that the process has from SIGTERM to its end, in milliseconds; only checked. Default 30,000. */
  shutdownGraceMs?: number;
  /** How often and how far apart failures are tried again; a function decides by message. */
  retry?: Partial<RetryPolicy> | ((message: ReceivedMessage) => Partial<RetryPolicy> | undefined);
  /**
   * Called when a message that was read is given up and its dead letter is written, whether its handler ran or not: whoever waits for its end is notified here. It is
   * awaited, may be called again for the same message, and what it throws is logged.
   */
  givenUp?: ((message: ReceivedMessage, error: unknown) => Promise<void>) | undefined;
  /** Name of the handler in dead letters; a function names it by message. Default the queue's name. */
  handlerName?: string | ((message: ReceivedMessage) => string);
  /**
   * Most messages held that no handler has begun, 0 for none. Default 2,000. How many are really held follows the speed of the
   * handlers: about half a second's work, so that slow ones leave messages to other consumers; and at most 16 MB.
   */
  prefetch?: number;
  /** Most receives under way at a time; more than one only while batches come back full. Default by concurrency, 1 to 8. */
  maxPollers?: number;
  /** How long a receive waits for a message, in seconds, 1 to 20. Default 20. */
  pollWaitSeconds?: number;
  /** How long a finished message waits for others, so that ten are deleted in one request. Default 20. */
  ackLingerMs?: number;
  logger: Logger;
  metrics?: Metrics;
  clock?: Clock;
  /** A number in [0, 1) for jitter. */
  random?: () => number;
}

/** The options with every default filled in. */
export interface ConsumerSettings {
  queue: string;
  handler: MessageHandler;
  types: readonly string[] | undefined;
  concurrency: { min: number; max: number };
  visibilityMs: number;
  handlerTimeoutMs: number;
  abortGraceMs: number;
  shutdownGraceMs: number;
  retryFor: (message: ReceivedMessage) => RetryPolicy;
  givenUp: ((message: ReceivedMessage, error: unknown) => Promise<void>) | undefined;
  handlerName: (message: ReceivedMessage) => string;
  prefetch: number;
  maxPollers: number;
  pollWaitSeconds: number;
  ackLingerMs: number;
  logger: Logger;
  metrics: Metrics | undefined;
  clock: Clock;
  random: () => number;
}

export function toSettings(options: ConsumerOptions): ConsumerSettings {
  const { concurrency = 100, retry, handlerName = options.queue } = options;
  const range = typeof concurrency === 'number' ? { min: concurrency, max: concurrency } : concurrency;
  return {
    queue: options.queue,
    handler: options.handler,
    types: options.types,
    concurrency: range,
    visibilityMs: options.visibilityMs ?? 25_000,
    handlerTimeoutMs: options.handlerTimeoutMs ?? 20_000,
    abortGraceMs: options.abortGraceMs ?? 1_000,
    shutdownGraceMs: options.shutdownGraceMs ?? 30_000,
    retryFor: (message) => ({ ...DEFAULT_RETRY, ...(typeof retry === 'function' ? retry(message) : retry) }),
    givenUp: options.givenUp,
    handlerName: typeof handlerName === 'function' ? handlerName : () => handlerName,
    prefetch: options.prefetch ?? 2_000,
    maxPollers: options.maxPollers ?? Math.max(1, Math.min(8, Math.ceil(range.max / 10))),
    pollWaitSeconds: options.pollWaitSeconds ?? SQS_LIMITS.waitSeconds,
    ackLingerMs: options.ackLingerMs ?? 20,
    logger: options.logger.child({ queue: options.queue }),
    metrics: options.metrics,
    clock: options.clock ?? new SystemClock(),
    random: options.random ?? Math.random,
  };
}

/**
 * Refuses settings that lose or repeat messages: a handler that outlives its lease, a lease that outlives the process,
 * tries that SQS's own redrive would cut short.
 *
 * @throws ConfigError listing every problem
 */
export function checkSettings(settings: ConsumerSettings, address: QueueAddress): void {
  const { queue, concurrency, visibilityMs, handlerTimeoutMs, shutdownGraceMs, pollWaitSeconds } = settings;
  const problems: string[] = [];
  const check = (sound: boolean, problem: string) => {
    if (!sound) problems.push(`queue ${queue}: ${problem}`);
  };
  check(
    Number.isSafeInteger(concurrency.min) && Number.isSafeInteger(concurrency.max) && concurrency.min >= 1,
    `concurrency must be whole numbers from 1, not ${concurrency.min} to ${concurrency.max}`,
  );
  check(concurrency.max >= concurrency.min, `concurrency's max ${concurrency.max} is below its min ${concurrency.min}`);
  check(
    handlerTimeoutMs < visibilityMs,
    `the handler timeout (${handlerTimeoutMs} ms) must be shorter than the visibility (${visibilityMs} ms), or a message comes again while its handler runs`,
  );
  check(
    visibilityMs < shutdownGraceMs,
    `the visibility (${visibilityMs} ms) must be shorter than the shutdown grace (${shutdownGraceMs} ms), or a stop cannot wait for its handlers`,
  );
  check(
    visibilityMs >= 1_000 && visibilityMs <= SQS_LIMITS.visibilitySeconds * 1_000,
    `the visibility (${visibilityMs} ms) must be between 1 second and 12 hours`,
  );
  check(
    Number.isSafeInteger(pollWaitSeconds) && pollWaitSeconds >= 1 && pollWaitSeconds <= SQS_LIMITS.waitSeconds,
    `a receive may wait 1 to 20 whole seconds, not ${pollWaitSeconds}`,
  );
  check(settings.maxPollers >= 1, `at least one poller is needed, not ${settings.maxPollers}`);
  check(settings.prefetch >= 0, `prefetch must be 0 or more, not ${settings.prefetch}`);
  const attempts = maxAttempts(settings);
  check(attempts >= 1, `a message needs at least one attempt, not ${attempts}`);
  check(
    address.maxReceiveCount === undefined || address.maxReceiveCount > attempts,
    `SQS moves a message to the dead-letter queue after ${address.maxReceiveCount} receives (maxReceiveCount), before our ${attempts} attempts are used up and without a reason; raise it above`,
  );
  if (problems.length > 0) throw new ConfigError(problems);
}

/** The attempts of the policy that does not depend on the message. */
function maxAttempts(settings: ConsumerSettings): number {
  const probe = { queue: settings.queue, id: '', type: '', body: '', attempt: 1, sentAt: new Date(0), attributes: {} };
  try {
    return settings.retryFor({ ...probe, signal: new AbortController().signal }).attempts;
  } catch {
    // A policy that needs a real message is looked at when one comes.
    return DEFAULT_RETRY.attempts;
  }
}
