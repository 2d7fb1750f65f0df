import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type OpenServer, openServer } from '@postern/runtime';

const SENDS = /^AmazonSQS\.SendMessage(Batch)?$/;

/** Its clients wait 5 s for an answer, and began to wait before the request was here. */
const HEARD_MS = 4_000;

interface SentRequest {
  /** Has SQS get the same request once more. */
  again: () => Promise<Response>;
  /** Whether its client still waited for the answer when that was there. */
  heard: Promise<boolean>;
}

/** Called once SQS has what it was sent. */
export type Sent = (body: Buffer, request: SentRequest) => void;

/** A way to SQS that shows what it was sent. */
export class SqsFront {
  readonly #server: Server;
  #open: OpenServer | undefined;

  private constructor(target: string, sent: Sent) {
    this.#server = createServer(async (request, response) => {
      const began = performance.now();
      const closed = once(response, 'close');
      const heard = closed.then(() => performance.now() - began < HEARD_MS);
      try {
        const body = await buffer(request);
        const again = () => forward(target, request, body);
        const answer = await again();
        if (answer.ok && SENDS.test(String(request.headers['x-amz-target']))) sent(body, { again, heard });
        response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
        response.end(Buffer.from(await answer.arrayBuffer()));
      } catch {
        // SQS has gone, as far as its client can see.
        response.destroy();
      }
    });
  }

  static async before(target: string, sent: Sent): Promise<SqsFront> {
    const front = new SqsFront(target, sent);
    front.#open = await openServer(front.#server, 0, '127.0.0.1');
    return front;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#open?.port}`;
  }

  async close(): Promise<void> {
    await this.#open?.close();
  }
}

function forward(target: string, { method, url, headers }: IncomingMessage, body: Buffer): Promise<Response> {
  const kept = ['content-type', 'x-amz-target', 'authorization', 'x-amz-date'].flatMap((name) =>
    headers[name] === undefined ? [] : [[name, String(headers[name])] as [string, string]],
  );
  return fetch(`${target}${url}`, { method: method ?? 'POST', headers: kept, body: Uint8Array.from(body) });
}
