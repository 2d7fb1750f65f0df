import { createServer, type IncomingMessage, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type OpenServer, openServer } from '@postern/runtime';

const SENDS = /^AmazonSQS\.SendMessage(Batch)?$/;

/** Called once SQS has what it was sent. @param again has SQS get the same request once more */
export type Sent = (body: Buffer, again: () => Promise<Response>) => void;

/** A way to SQS that shows what it was sent. */
export class SqsFront {
  readonly #server: Server;
  #open: OpenServer | undefined;

  private constructor(target: string, sent: Sent) {
    this.#server = createServer(async (request, response) => {
      try {
        const body = await buffer(request);
        const again = () => forward(target, request, body);
        const answer = await again();
        if (answer.ok && SENDS.test(String(request.headers['x-amz-target']))) sent(body, again);
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
