import type { Counter, Histogram, Metrics } from '@postern/runtime';
import { PermanentError, RetryLater } from '../retry/outcomes.ts';
import type { Middleware } from './middleware.ts';

interface Instruments {
  runs: Counter;
  duration: Histogram;
}

const instruments = new WeakMap<Metrics, Instruments>();

/**
 * `queue_handler_runs_total{handler,outcome}` and `queue_handler_duration_seconds{handler}` of one handler, where a queue has
 * several. The consumer itself counts messages by queue and type.
 */
export function metrics(registry: Metrics, handler: string): Middleware {
  const { runs, duration } = instrumentsOf(registry);
  const outcomes = {
    done: runs.labels({ handler, outcome: 'done' }),
    later: runs.labels({ handler, outcome: 'later' }),
    permanent: runs.labels({ handler, outcome: 'permanent' }),
    failed: runs.labels({ handler, outcome: 'failed' }),
  };
  const seconds = duration.labels({ handler });
  return (next) => async (message) => {
    const began = performance.now();
    try {
      await next(message);
      outcomes.done.inc();
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
    duration: registry.histogram('queue_handler_duration_seconds', 'Time a handler took', ['handler']),
  };
  instruments.set(registry, made);
  return made;
}
