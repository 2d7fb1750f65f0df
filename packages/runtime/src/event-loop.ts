import { monitorEventLoopDelay } from 'node:perf_hooks';

/** One turn of the loop this long counts as a stall: far past any healthy garbage collection. */
const STALL_MS = 5_000;

/**
 * Watches the event loop's delay. `stalled()` tells when a turn since the last call took over five seconds. A loop that
 * never turns again cannot answer the probe at all, which orchestrators count as failed too.
 */
export function watchEventLoop(): { stalled(): string | undefined; stop(): void } {
  const histogram = monitorEventLoopDelay({ resolution: 100 });
  histogram.enable();
  return {
    stalled: () => {
      const worstMs = histogram.max / 1e6;
      histogram.reset();
      return worstMs > STALL_MS ? `the event loop stood still for ${Math.round(worstMs)} ms` : undefined;
    },
    stop: () => void histogram.disable(),
  };
}
