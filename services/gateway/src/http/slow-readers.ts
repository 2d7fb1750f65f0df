import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Cuts connections off on which a client asks and does not read: an answer that nobody fetches is memory that its sender
 * does not pay for. Node has time limits for what arrives and none for what leaves.
 */
export class SlowReaders {
  readonly #lastRequest = new Map<Socket, number>();
  readonly #limitMs: number;
  readonly #timer: NodeJS.Timeout;

  /** @param limitMs how long after a request's turn has come its answer may take to be read, in milliseconds; looked at `everyMs` */
  constructor({ limitMs, everyMs }: { limitMs: number; everyMs: number }) {
    this.#limitMs = limitMs;
    this.#timer = setInterval(() => this.#cutOff(), everyMs);
    this.#timer.unref();
  }

  /** The same listener, whose connections are watched: each has one answer at a time, since requests wait for their turn. */
  watch(app: RequestListener): RequestListener {
    return (request, response) => {
      const { socket } = request;
      if (!this.#lastRequest.has(socket)) socket.once('close', () => this.#lastRequest.delete(socket));
      this.#lastRequest.set(socket, performance.now());
      app(request, response);
    };
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #cutOff(): void {
    const before = performance.now() - this.#limitMs;
    for (const [socket, at] of this.#lastRequest) {
      if (at < before && socket.writableLength > 0) socket.destroy();
    }
  }
}
