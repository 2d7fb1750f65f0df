import type { Server, Socket } from 'node:net';

interface SilentConnectionsOptions {
  /** How long a connection may say nothing, in milliseconds. */
  limitMs: number;
  /** How often that is looked at. */
  everyMs: number;
}

/**
 * Keeps connections from HTTP and TLS until their first byte, as nginx does. Node gives each its parser at once, which is three quarters of
 * what an open connection takes (11 KB): ten thousand on which nothing is said are 28 MB, and were 112.
 */
export class SilentConnections {
  readonly #since = new Map<Socket, number>();
  readonly #limitMs: number;
  readonly #timer: NodeJS.Timeout;

  /** @param server whose listeners of new connections are called with the first byte of each from now on */
  constructor(server: Server, { limitMs, everyMs }: SilentConnectionsOptions) {
    this.#limitMs = limitMs;
    // After a standstill, what has arrived meanwhile is read before anybody is called silent.
    this.#timer = setInterval(() => setImmediate(() => this.#closeLate()), everyMs);
    this.#timer.unref();
    const begin = server.listeners('connection');
    server.removeAllListeners('connection');
    server.on('connection', (socket) => {
      this.#hold(socket, () => {
        for (const listener of begin) listener.call(server, socket);
      });
    });
  }

  /** Closes those that have said nothing yet. */
  close(): void {
    for (const socket of this.#since.keys()) socket.destroy();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #hold(socket: Socket, speak: () => void): void {
    const forget = () => this.#since.delete(socket);
    // A reset ends the connection, and is nobody's fault.
    const ignore = () => undefined;
    this.#since.set(socket, performance.now());
    socket.once('close', forget).on('error', ignore);
    socket.once('readable', () => {
      forget();
      socket.off('close', forget).off('error', ignore);
      // The end can be read as well.
      if (socket.readableLength === 0) socket.destroy();
      else speak();
    });
  }

  #closeLate(): void {
    const before = performance.now() - this.#limitMs;
    for (const [socket, since] of this.#since) if (since < before) socket.destroy();
  }
}
