import { type Clock, errorMessage, type Logger } from '@postern/runtime';
import type { SqsApi } from '../client/sqs-api.ts';
import type { ConsumerMetrics } from './consumer-metrics.ts';

interface DepthWatchOptions {
  api: SqsApi;
  url: string;
  clock: Clock;
  logger: Logger;
  metrics: ConsumerMetrics;
  /** Messages this consumer ends a second. */
  rate: () => number;
  paused: () => boolean;
}

/** Often enough for a scrape or an autoscaler; two requests a minute. */
const EVERY_MS = 30_000;

/**
 * Sets `queue_depth`, as SQS counts it, and `queue_time_to_drain_seconds`: how long this consumer alone would need for what waits, at
 * its recent speed. The figure to scale by: unlike a count of messages it knows how slow they are. While the queue is paused there is none:
 * further replicas would do nothing.
 */
export class DepthWatch {
  readonly #options: DepthWatchOptions;
  /** Messages that waited when it last asked, at most half a minute ago; undefined where SQS did not answer. */
  waiting: number | undefined;

  constructor(options: DepthWatchOptions) {
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, api, url, metrics, rate, paused, logger } = this.#options;
    while (!signal.aborted) {
      try {
        const depth = await api.depth(url);
        const { visible } = depth;
        this.waiting = visible;
        metrics.setDepth(depth);
        // Nothing was handled yet: one a second is the pessimist's speed.
        metrics.setDrainSeconds(paused() ? undefined : visible / Math.max(1, rate()));
      } catch (error) {
        // What they were last is not what they are.
        this.waiting = undefined;
        metrics.setDepth(undefined);
        metrics.setDrainSeconds(undefined);
        metrics.callFailed('depth');
        logger.debug('The depth of the queue could not be read', { reason: errorMessage(error) });
      }
      await clock.sleep(EVERY_MS, signal).catch(() => {});
    }
  }
}
