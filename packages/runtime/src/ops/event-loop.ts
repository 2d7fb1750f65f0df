import { monitorEventLoopDelay } from 'node:perf_hooks';

/** One turn of the loop this long counts as a stall: far past any healthy garbage collection. */
const STALL_MS = 5_000;
/** How long it is reported, so that everyone who asks hears of it, an orchestrator that asks every ten seconds too. */
const REPORTED_MS = 10_000;

/**
 * Watches the event loop's delay. `stalled()` reports when a recent turn took over five seconds. A loop that never turns
 * again cannot answer the probe at all, which orchestrators count as failed too.
 */
export function watchEventLoop(): { stalled(): string | undefined; stop(): void } {
  const histogram = monitorEventLoopDelay({ resolution: 100 });
  histogram.enable();
  let last: { at: number; text: string } | undefined;
  return {
    stalled: () => {
      const worstMs = histogram.max / 1e6;
      histogram.reset();
      const at = performance.now();
      if (worstMs > STALL_MS) last = { at, text: `the event loop was blocked for ${Math.round(worstMs)} ms` };
      return last && at - last.at < REPORTED_MS ? last.text : undefined;
    },
    stop: () => void histogram.disable(),
  };
}
