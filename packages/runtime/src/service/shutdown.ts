import type { Logger } from '../logging/logger.ts';

interface Step {
  name: string;
  run: (signal: AbortSignal) => Promise<void>;
}

/**
 * How a process stops. Steps run one after the other, the one that was added last first, as what is opened later rests on what was
 * opened before; one that fails is logged and does not keep the next from running; one that outlasts the grace period gets its
 * signal aborted, is left behind and is named. The exit code is 0 only when every step ended well in time.
 */
export class Shutdown {
  readonly #logger: Logger;
  readonly #graceMs: number;
  readonly #onBegin: () => void;
  readonly #steps: Step[] = [];
  #running: Promise<boolean> | undefined;

  /** @param options.onBegin is called before the first step */
  constructor({ logger, graceMs, onBegin = () => {} }: { logger: Logger; graceMs: number; onBegin?: () => void }) {
    this.#logger = logger;
    this.#graceMs = graceMs;
    this.#onBegin = onBegin;
  }

  step(name: string, run: (signal: AbortSignal) => Promise<void>): void {
    this.#steps.push({ name, run });
  }

  /** SIGTERM and SIGINT stop the process once; a second signal while it stops ends it at once with 1. */
  onSignals(): void {
    for (const name of ['SIGTERM', 'SIGINT'] as const) {
      process.on(name, () => {
        if (this.#running) {
          this.#logger.warn('second signal: exiting without waiting for the rest', { signal: name });
          process.exit(1);
        }
        void this.run(name).then((clean) => process.exit(clean ? 0 : 1));
      });
    }
    // The playground's parent going away must not leave this process behind.
    if (process.send) {
      process.on('disconnect', () => void this.run('parent gone').then((clean) => process.exit(clean ? 0 : 1)));
    }
  }

  /** Runs the steps; a second call gets the first one's result. True when all ended well within the grace period. */
  run(reason: string): Promise<boolean> {
    this.#running ??= this.#run(reason);
    return this.#running;
  }

  async #run(reason: string): Promise<boolean> {
    this.#logger.info('stopping', { reason, grace_ms: this.#graceMs });
    const deadline = AbortSignal.timeout(this.#graceMs);
    const expired = new Promise<'expired'>((resolve) =>
      deadline.addEventListener('abort', () => resolve('expired'), { once: true }),
    );
    let clean = true;
    this.#onBegin();
    for (const { name, run } of this.#steps.toReversed()) {
      const ended = run(deadline).then(
        () => true,
        (error: unknown) => {
          this.#logger.error('a step of the shutdown failed', { step: name, error });
          return false;
        },
      );
      const outcome = await Promise.race([ended, expired]);
      if (outcome === 'expired') {
        this.#logger.error('a step of the shutdown outlasted the grace period', {
          step: name,
          grace_ms: this.#graceMs,
        });
      }
      clean &&= outcome === true;
    }
    this.#logger.info('stopped', { clean });
    return clean;
  }
}
