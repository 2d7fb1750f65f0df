import type { Counter, Histogram, Metrics } from '@postern/runtime';
import { PermanentError, RetryLater } from '@postern/sqs';

interface Instruments {
  runs: Counter;
  duration: Histogram;
}

const instruments = new WeakMap<Metrics, Instruments>();

/** Counts each run of `work` by its end, and its time. */
type RunCounter = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Counts the runs of one of several handlers of a queue: `queue_handler_runs_total{handler,outcome}` and
 * `queue_handler_duration_seconds{handler}`. The consumer itself counts messages by queue and type.
 */
export function countRuns(registry: Metrics, handler: string): RunCounter {
  const { runs, duration } = instrumentsOf(registry);
  const outcomes = {
    done: runs.labels({ handler, outcome: 'done' }),
    later: runs.labels({ handler, outcome: 'later' }),
    permanent: runs.labels({ handler, outcome: 'permanent' }),
    failed: runs.labels({ handler, outcome: 'failed' }),
  };
  const seconds = duration.labels({ handler });
  return async (work) => {
    const began = performance.now();
    try {
      const result = await work();
      outcomes.done.inc();
      return result;
    } catch (error) {
      if (error instanceof RetryLater) outcomes.later.inc();
      else if (error instanceof PermanentError) outcomes.permanent.inc();
      else outcomes.failed.inc();
      throw error;
    } finally {
      seconds.observe((performance.now() - began) / 1_000);
    }
  };
}

function instrumentsOf(registry: Metrics): Instruments {
  const known = instruments.get(registry);
  if (known) return known;
  const made = {
    runs: registry.counter('queue_handler_runs_total', 'Runs of a handler by their end', ['handler', 'outcome']),
    duration: registry.histogram('queue_handler_duration_seconds', 'Time that a handler took', ['handler']),
  };
  instruments.set(registry, made);
  return made;
}
