import { createServer, type IncomingMessage, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { type OpenServer, openServer } from '@postern/runtime';
import type { SeededRandom } from '../seeded-random.ts';

const SENDS = /^AmazonSQS\.SendMessage(Batch)?$/;
/** Copies of each message, the first one included. */
const TIMES = 3;
const LATEST_MS = 3_000;

/** An SQS that keeps each message three times, at any moment of some seconds: what "at least once" allows. */
export class RepeatingSqs {
  readonly #server: Server;
  #open: OpenServer | undefined;
  readonly #target: string;
  readonly #random: SeededRandom;
  /** Requests whose copies are still to come. */
  pending = 0;
  /** Requests to send that were repeated. */
  repeated = 0;

  private constructor(target: string, random: SeededRandom) {
    this.#target = target;
    this.#random = random;
    this.#server = createServer(async (request, response) => {
      try {
        const body = await buffer(request);
        const answer = await this.#forward(request, body);
        response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
        response.end(Buffer.from(await answer.arrayBuffer()));
        if (SENDS.test(String(request.headers['x-amz-target']))) this.#repeat(request, body);
      } catch {
        // SQS has gone, as far as its client can see.
        response.destroy();
      }
    });
  }

  static async before(target: string, random: SeededRandom): Promise<RepeatingSqs> {
    const made = new RepeatingSqs(target, random);
    made.#open = await openServer(made.#server, 0, '127.0.0.1');
    return made;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#open?.port}`;
  }

  async close(): Promise<void> {
    await this.#open?.close();
  }

  #repeat(request: IncomingMessage, body: Buffer): void {
    this.repeated += 1;
    for (let copy = 1; copy < TIMES; copy++) {
      this.pending += 1;
      void pause(this.#random.between(0, LATEST_MS))
        .then(() => this.#forward(request, body))
        .catch(() => undefined)
        .finally(() => (this.pending -= 1));
    }
  }

  #forward({ method, url, headers }: IncomingMessage, body: Buffer): Promise<Response> {
    const kept = ['content-type', 'x-amz-target', 'authorization', 'x-amz-date'].flatMap((name) =>
      headers[name] === undefined ? [] : [[name, String(headers[name])] as [string, string]],
    );
    return fetch(`${this.#target}${url}`, { method: method ?? 'POST', headers: kept, body: Uint8Array.from(body) });
  }
}
