import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { SeededRandom } from '../seeded-random.ts';

const SENDS = /^AmazonSQS\.SendMessage(Batch)?$/;
/** Copies of each message, the first one included. */
const TIMES = 3;
const LATEST_MS = 3_000;

/** An SQS that keeps each message three times, at any moment of some seconds: what "at least once" allows. */
export class RepeatingSqs {
  readonly #server: Server;
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
        const body = await read(request);
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
    await new Promise<void>((resolve, reject) => {
      made.#server.once('error', reject);
      made.#server.listen(0, '127.0.0.1', resolve);
    });
    return made;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
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

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
