import type { Metrics } from '@postern/runtime';
import { countRuns } from './count-runs.ts';
import type { Listener } from './listen.ts';

/** The listener, with its runs counted by their end: of an event's listeners one may fail while the others succeed. */
export function measured(listener: Listener, metrics: Metrics): Listener {
  const count = countRuns(metrics, listener.name);
  return { ...listener, handle: (happening, context) => count(() => listener.handle(happening, context)) };
}
