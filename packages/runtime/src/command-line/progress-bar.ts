import type { Streams } from './command-io.ts';

const WIDTH = 24;
/** To the beginning of the line, and what stands there cleared. */
const ANEW = '\r\u001b[K';

/** How far something long is. On a terminal a bar in a line that is drawn anew, elsewhere a line each time. */
export class ProgressBar {
  readonly #streams: Pick<Streams, 'writeError' | 'onTerminal'>;
  /** What the line is about that was drawn and not ended. */
  #drawn: string | undefined;

  constructor(streams: Pick<Streams, 'writeError' | 'onTerminal'>) {
    this.#streams = streams;
  }

  show(what: string, done: number, total: number): void {
    const { writeError, onTerminal } = this.#streams;
    if (!onTerminal) {
      writeError(`${what}: ${done} of ${total}\n`);
      return;
    }
    if (this.#drawn !== what) this.end();
    this.#drawn = what;
    const share = total > 0 ? Math.min(1, done / total) : 1;
    const full = Math.floor(share * WIDTH);
    const bar = `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}`;
    writeError(`${ANEW}${what}  ${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${done} of ${total}`);
  }

  /** Before anything else is written: it has a line of its own. */
  end(): void {
    if (this.#drawn === undefined) return;
    this.#drawn = undefined;
    this.#streams.writeError('\n');
  }
}
