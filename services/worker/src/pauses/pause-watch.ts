import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, type Logger, type Metrics, RecurringWarnings } from '@postern/runtime';
import { HandlerPaused } from './handler-paused.ts';
import { nameOf, type Pausable } from './pausable.ts';
import type { Pause, Pauses } from './pauses.ts';

/** How old what a replica knows of pauses may be, in milliseconds: one small statement in that time. */
export const LOOK_MS = 2_000;
/** How long a stop waits for a look, in milliseconds. */
const TIMEOUT_MS = 500;

/** What stops while its queue is paused. */
interface PausedPart {
  readonly queue: string;
  /** Both may be called again and again. */
  pause(): void;
  resume(): void;
}

interface PauseWatchOptions {
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

/**
 * Has this replica obey what is paused: it looks every two seconds. While the database does not answer, what was paused stays paused and
 * what ran goes on: an outage neither pauses nor resumes anything.
 */
export class PauseWatch {
  readonly #pauses: Pick<Pauses, 'list'>;
  readonly #options: PauseWatchOptions;
  readonly #warnings: RecurringWarnings;
  readonly #ending = new AbortController();
  #known: readonly Pause[] = [];
  #parts: readonly PausedPart[] = [];
  /** What has a series of its own, by name. */
  readonly #shown = new Map<string, Pausable>();
  #looking: Promise<void> | undefined;

  constructor(pauses: Pick<Pauses, 'list'>, options: PauseWatchOptions) {
    this.#pauses = pauses;
    this.#options = options;
    this.#warnings = new RecurringWarnings(options);
    const help = 'For how long a queue, or a handler of it, has been paused by an operator; 0: it is not';
    options.metrics.gauge('queue_paused_seconds', help, ['queue', 'handler'], (gauge) => {
      // What was shown before goes back to 0: a series that vanishes would be taken for what it last was.
      for (const { queue, handler } of this.#shown.values()) gauge.set({ queue, handler }, 0);
      for (const pause of this.#known) {
        const { queue, handler } = pause;
        gauge.set({ queue, handler }, Math.max(1, this.#lengthMs(pause) / 1_000));
      }
    });
  }

  /** What is paused, as this replica obeys it: `events`, `events/send-welcome`. */
  get obeyed(): string[] {
    return this.#known.map(nameOf);
  }

  /**
   * Looks before anything is consumed: what is paused does not begin.
   *
   * @throws the database's error
   */
  async enter(parts: readonly PausedPart[]): Promise<void> {
    const known = await this.#pauses.list();
    this.#parts = parts;
    for (const { queue } of parts) this.#shown.set(queue, { queue, handler: '' });
    this.#obey(known);
  }

  /** @param changed hears that other things are paused than before */
  start(changed: () => void): void {
    this.#looking ??= this.#look(changed);
  }

  /** A look that is under way changes nothing any more, and is not waited for long: handlers, which need the time, stop after it. */
  async stop(): Promise<void> {
    this.#ending.abort();
    await Promise.race([this.#looking, sleep(TIMEOUT_MS, undefined, { ref: false })]);
  }

  /** @throws HandlerPaused while the handler is paused: its message is to wait */
  pass(handler: string): void {
    if (this.#known.length === 0) return;
    const pause = this.#known.find((each) => each.handler === handler);
    if (pause) throw new HandlerPaused(handler, this.#lengthMs(pause));
  }

  async #look(changed: () => void): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#ending;
    while (!signal.aborted) {
      await clock.sleep(LOOK_MS, signal).catch(() => undefined);
      if (signal.aborted) return;
      try {
        const before = this.obeyed.join();
        const known = await this.#pauses.list();
        this.#warnings.recovered('look', 'pauses can be read again', {});
        if (signal.aborted) return;
        this.#obey(known);
        if (this.obeyed.join() !== before) changed();
      } catch (error) {
        this.#warnings.warn('look', 'pauses cannot be read; what was paused stays so, and what ran goes on', { error });
      }
    }
  }

  #obey(known: readonly Pause[]): void {
    const { logger } = this.#options;
    const before = new Set(this.obeyed);
    const paused = new Set(known.filter(({ handler }) => handler === '').map(({ queue }) => queue));
    this.#known = known;
    for (const part of this.#parts) {
      if (paused.has(part.queue)) part.pause();
      else part.resume();
    }
    for (const pause of known) {
      const { by, reason } = pause;
      this.#shown.set(nameOf(pause), pause);
      if (!before.delete(nameOf(pause))) logger.warn('paused', { what: nameOf(pause), by, reason });
    }
    for (const what of before) logger.warn('resumed', { what });
  }

  #lengthMs({ at }: Pause): number {
    return Math.max(0, this.#options.clock.now().getTime() - at.getTime());
  }
}
