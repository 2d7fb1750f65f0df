import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import type { QueueAddress, QueueDirectory } from '../client/queue-directory.ts';
import type { SqsApi } from '../client/sqs-api.ts';
import { toSqsApi } from '../client/to-sqs-api.ts';
import { AttemptsUsedUpError, PermanentError } from '../retry/outcomes.ts';
import { SendLane } from '../sender/send-lane.ts';
import { beginProcessSpan, endProcessSpan } from '../tracing/message-spans.ts';
import { ConsumerMetrics } from './consumer-metrics.ts';
import { type ConsumerOptions, type ConsumerSettings, toSettings } from './consumer-options.ts';
import type { Delivery, DeliveryRules } from './delivery.ts';
import { DepthWatch } from './depth-watch.ts';
import { FifoFailures } from './fifo-failures.ts';
import { GroupOrder } from './group-order.ts';
import { HandlerPool } from './handler-pool.ts';
import type { Lease } from './lease.ts';
import { LeaseEnds } from './lease-ends.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { Pace } from './pace.ts';
import { type Hiding, PollLoop } from './poll-loop.ts';
import { Settler } from './settler.ts';
import { SILENT_RECEIVES, suspectAfter, wereUsedUp } from './suspects.ts';

/** What a consumer is made of: each part does one thing and knows the others only through the hooks. */
export interface ConsumerParts {
  settings: ConsumerSettings;
  address: QueueAddress;
  polls: PollLoop;
  pool: HandlerPool;
  keeper: LeaseKeeper;
  /** Decides what becomes of a message, and has SQS do it. */
  settler: Settler;
  /** Measures, and sets how many run. */
  pace: Pace;
  /** Both of a FIFO queue only. */
  order: GroupOrder | undefined;
  failures: FifoFailures | undefined;
  depth: DepthWatch | undefined;
  metrics: ConsumerMetrics;
}

/** Where the parts meet. */
interface ConsumerHooks {
  ended(delivery: Delivery, error: unknown, tookMs: number): void;
  lost(lease: Lease, reason: Error): void;
  room(): { free: number; capacity: number };
  take(messages: Message[], hiding: Hiding): number;
}

export function assembleParts(
  client: SQSClient | SqsApi,
  queues: QueueDirectory,
  options: ConsumerOptions,
  hooks: ConsumerHooks,
): ConsumerParts {
  const settings = toSettings(options);
  const address = queues.get(settings.queue);
  const { clock, logger, visibilityMs } = settings;
  const metrics = new ConsumerMetrics(settings.queue, settings.metrics, settings.types);
  const api = toSqsApi(client);
  const calls = { api, url: address.url, clock, logger, metrics };
  const now = () => clock.monotonic();
  const lane = { lingerMs: 5, retryForMs: visibilityMs / 3, maxConcurrent: 4, frames: undefined, clock };
  const pace = new Pace(settings, metrics);
  const keeper = new LeaseKeeper({ ...calls, visibilityMs, now, lost: hooks.lost });
  const ackLingerMs = address.fifo ? 0 : settings.ackLingerMs;
  const failures = address.fifo ? new FifoFailures() : undefined;
  const settler = new Settler({
    settings,
    address,
    ends: new LeaseEnds({ ...calls, ackLingerMs, ended: (lease) => keeper.remove(lease) }),
    again: new SendLane(api, address, lane),
    dead: new SendLane(api, { url: address.deadLetterUrl, fifo: address.fifo }, lane),
    failures,
    metrics,
  });
  const polls = new PollLoop({
    ...calls,
    visibilityMs,
    maxPollers: settings.maxPollers,
    waitSeconds: settings.pollWaitSeconds,
    room: hooks.room,
    take: hooks.take,
  });
  const pool = new HandlerPool(pace.limit, {
    handler: (delivery) => {
      const { span } = delivery;
      if (failures?.isBuried(delivery)) return Promise.resolve();
      return span ? span.run(() => runOnce(settings, delivery)) : runOnce(settings, delivery);
    },
    timeoutMs: settings.handlerTimeoutMs,
    abortGraceMs: settings.abortGraceMs,
    now,
    started: (delivery) => {
      delivery.trace(beginProcessSpan(address, delivery));
      metrics.started(clock.now().getTime() - delivery.history.sentAt);
    },
    ended: (delivery, error, tookMs) => {
      const { span } = delivery;
      if (!span) return hooks.ended(delivery, error, tookMs);
      span.run(() => hooks.ended(delivery, error, tookMs));
      endProcessSpan(span, error);
    },
    room: () => polls.wake(),
  });
  const order = address.fifo ? new GroupOrder() : undefined;
  const depth = settings.metrics && new DepthWatch({ ...calls, rate: () => pace.rate, paused: () => polls.paused });
  return { settings, address, polls, pool, keeper, settler, pace, order, failures, depth, metrics };
}

/** What cannot be read or is used up has no run of its handler; the latter ends as its last failure would have. */
function runOnce({ handler }: ConsumerSettings, delivery: Delivery): Promise<void> {
  if (delivery.fault !== undefined) throw new PermanentError('broken-entry', delivery.fault);
  if (delivery.usedUp) throw new AttemptsUsedUpError(delivery.lease.tries, wereUsedUp(delivery));
  return handler(delivery);
}

/** What the settings say of a message, for its deliveries to ask. */
export function deliveryRules({ settings, address, failures }: ConsumerParts): DeliveryRules {
  const { retryFor, logger } = settings;
  const attemptsFor = (delivery: Delivery): number => {
    try {
      return retryFor(delivery).attempts;
    } catch (error) {
      logger.error('The retry policy of a message could not be created; its retries are unlimited', { error });
      return Number.POSITIVE_INFINITY;
    }
  };
  // Of a FIFO group those behind a failure are received and given back with it, and no copy can take their place: their
  // count says nothing, until SQS itself would end it.
  const lastReceive = address.maxReceiveCount ?? Number.POSITIVE_INFINITY;
  return {
    attemptsFor,
    failuresOf: failures && ((delivery) => failures.of(delivery)),
    isUsedUp: (delivery) => {
      const past = delivery.count - attemptsFor(delivery);
      const { tries, receiveCount } = delivery.lease;
      return past > 0 && (receiveCount >= lastReceive || (!address.fifo && Math.max(tries, past) >= SILENT_RECEIVES));
    },
    isSuspect: (delivery) => !address.fifo && delivery.lease.tries >= suspectAfter(attemptsFor(delivery)),
  };
}
