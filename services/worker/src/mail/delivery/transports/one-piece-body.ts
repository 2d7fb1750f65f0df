import { Readable } from 'node:stream';

/**
 * A mail's body as one chunk. It is made at once, while the server is still being asked whether it takes the mail, so that
 * nothing is left to do between `before`, which is awaited when the body is first read, and the write. nodemailer streams a
 * body line by line, each a write to the socket of its own; our mails are some tens of kilobytes, and one write costs a fraction
 * of that (measured). Destroyed before it was handed over, nobody gets any of it.
 */
export class OnePieceBody extends Readable {
  readonly #whole: Promise<Buffer>;
  readonly #before: () => Promise<void>;
  #begun = false;
  #handedOver = false;

  constructor(source: NodeJS.ReadableStream, before: () => Promise<void>) {
    super();
    this.#before = before;
    this.#whole = collect(source);
    // Nobody asks for it where the server does not take the mail.
    this.#whole.catch(() => undefined);
  }

  /** Whether the server may have got any of it. */
  get handedOver(): boolean {
    return this.#handedOver;
  }

  override _read(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#handOver().catch((error: Error) => this.destroy(error));
  }

  async #handOver(): Promise<void> {
    const bytes = await this.#whole;
    // The connection may have broken meanwhile; then there is nobody to hand it to.
    if (this.destroyed) return;
    await this.#before();
    if (this.destroyed) return;
    this.#handedOver = true;
    this.push(bytes);
    this.push(null);
  }
}

function collect(source: NodeJS.ReadableStream): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    source.on('data', (chunk: Buffer) => chunks.push(chunk));
    source.once('error', reject);
    source.once('end', () => resolve(Buffer.concat(chunks)));
  });
}
