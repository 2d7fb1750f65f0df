import { type Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { type Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { type SigningCredentials, SigV4 } from './sigv4.ts';

export interface JsonCallOptions {
  region: string;
  /** Where requests go; without it, to the host of the queue's URL. */
  endpoint: string | undefined;
  credentials: () => Promise<SigningCredentials>;
  httpAgent: HttpAgent;
  httpsAgent: HttpsAgent;
}

/** SQS answered with an error; `name` is its code: `QueueDoesNotExist`, `RequestThrottled`. */
export class SqsCallError extends Error {
  readonly status: number;

  constructor(code: string, message: string, status: number) {
    super(message);
    this.name = code;
    this.status = status;
  }
}

interface Target {
  secure: boolean;
  hostname: string;
  port: string;
  host: string;
  path: string;
}

/** Codes that say that our clock is not the server's. */
const SKEWED = /RequestTimeTooSkewed|RequestExpired|RequestInTheFuture|InvalidSignature|SignatureDoesNotMatch/;

/**
 * Calls of SQS's JSON protocol (AWS JSON 1.0) over kept-alive connections, signed. What the SDK does for one call costs half a
 * millisecond of CPU, which at ten messages a call is most of what a message costs; this is a tenth of it.
 */
export class JsonCall {
  readonly #options: JsonCallOptions;
  readonly #signer: SigV4;
  readonly #targets = new Map<string, Target>();
  /** The server's time minus ours, in milliseconds. */
  #skewMs = 0;

  constructor(options: JsonCallOptions) {
    this.#options = options;
    this.#signer = new SigV4(options.region);
  }

  /**
   * @throws SqsCallError when SQS answers with an error; otherwise the network's error, a TimeoutError or the signal's reason
   */
  async send<Output>(
    action: string,
    url: string,
    input: object,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<Output> {
    const body = JSON.stringify(input);
    try {
      return await this.#once<Output>(action, url, body, timeoutMs, signal);
    } catch (error) {
      // The server closed a kept-alive connection just as it was used again: it did not see the request.
      const raced = (error as { reused?: boolean }).reused === true;
      const skewed = error instanceof SqsCallError && SKEWED.test(error.name) && this.#skewMs !== 0;
      if (!raced && !skewed) throw error;
      return this.#once<Output>(action, url, body, timeoutMs, signal);
    }
  }

  async #once<Output>(
    action: string,
    url: string,
    body: string,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<Output> {
    signal?.throwIfAborted();
    const credentials = await this.#options.credentials();
    const { secure, hostname, port, host, path } = this.#target(url);
    const date = new Date(Date.now() + this.#skewMs);
    const headers = this.#signer.headers({ host, path, target: `AmazonSQS.${action}`, body, date }, credentials);
    headers['content-length'] = String(Buffer.byteLength(body));
    const { httpAgent, httpsAgent } = this.#options;
    const options = { method: 'POST', hostname, port, path, headers };
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage & { text: string }>();
    const request = secure
      ? httpsRequest({ ...options, agent: httpsAgent }, read)
      : httpRequest({ ...options, agent: httpAgent }, read);
    function read(response: IncomingMessage): void {
      response.setEncoding('utf8');
      let text = '';
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve(Object.assign(response, { text })));
      response.on('error', reject);
    }
    request.on('error', (error: NodeJS.ErrnoException) => {
      const reused = request.reusedSocket && error.code === 'ECONNRESET' && !signal?.aborted;
      reject(Object.assign(error, { reused }));
    });
    const timer = setTimeout(() => request.destroy(timeout(action, timeoutMs)), timeoutMs);
    const abort = () => request.destroy(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
    signal?.addEventListener('abort', abort, { once: true });
    request.end(body);
    try {
      const response = await promise;
      if (response.statusCode === 200) return (response.text === '' ? {} : JSON.parse(response.text)) as Output;
      throw this.#toError(response);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }

  #target(url: string): Target {
    const at = this.#options.endpoint ?? url;
    let target = this.#targets.get(at);
    if (!target) {
      const { protocol, hostname, port, host } = new URL(at);
      const path = this.#options.endpoint ? new URL(at).pathname : '/';
      target = { secure: protocol === 'https:', hostname, port, host, path };
      this.#targets.set(at, target);
    }
    return target;
  }

  #toError(response: IncomingMessage & { text: string }): SqsCallError {
    const { statusCode: status = 0, headers, text } = response;
    let parsed: { __type?: string; message?: string; Message?: string } = {};
    try {
      parsed = JSON.parse(text);
    } catch {
      // A proxy's page, or nothing: the status has to say it.
    }
    const code = parsed.__type?.split('#').at(-1) ?? `Http${status}`;
    if (SKEWED.test(code)) this.#skewMs = skew(headers.date);
    return new SqsCallError(code, parsed.message ?? parsed.Message ?? `SQS answered ${status}`, status);
  }
}

function skew(date: string | undefined): number {
  const theirs = new Date(date ?? '').getTime();
  return Number.isNaN(theirs) ? 0 : theirs - Date.now();
}

function timeout(action: string, limitMs: number): Error {
  return Object.assign(new Error(`${action} had no answer within ${limitMs} ms`), { name: 'TimeoutError' });
}
