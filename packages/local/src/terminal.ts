/** What a {@link Terminal} writes to; `process.stdout` is one. */
interface Output {
  isTTY?: boolean;
  write(text: string): unknown;
}

type Paint = (text: string) => string;

/**
 * Lines for a person. Colours appear only on a terminal and never when NO_COLOR is set to something
 * (https://no-color.org); FORCE_COLOR brings them where there is no terminal.
 */
export class Terminal {
  readonly #out: Output;
  readonly bold: Paint;
  readonly dim: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly red: Paint;
  readonly cyan: Paint;

  constructor(out: Output, env: NodeJS.ProcessEnv = process.env) {
    this.#out = out;
    const coloured = !env.NO_COLOR && (out.isTTY === true || Boolean(env.FORCE_COLOR));
    const paint =
      (open: number, close: number): Paint =>
      (text) =>
        coloured ? `\u001b[${open}m${text}\u001b[${close}m` : text;
    this.bold = paint(1, 22);
    this.dim = paint(2, 22);
    this.green = paint(32, 39);
    this.yellow = paint(33, 39);
    this.red = paint(31, 39);
    this.cyan = paint(36, 39);
  }

  line(text = ''): void {
    this.#out.write(`${text}\n`);
  }

  /** A step that went well: `✓ what   detail`. */
  step(what: string, detail = ''): void {
    this.line(`  ${this.green('✓')} ${what.padEnd(16)} ${this.dim(detail)}`.trimEnd());
  }

  warn(text: string): void {
    this.line(`  ${this.yellow('!')} ${text}`);
  }

  error(text: string): void {
    this.line(`${this.red('✗')} ${text}`);
  }
}

/** Milliseconds as a person reads them: `840 ms`, `2.4 s`, `3 min 05 s`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}
