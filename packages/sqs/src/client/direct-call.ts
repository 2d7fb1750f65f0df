import type { Agent as HttpAgent } from 'node:http';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { type Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { expireAfter } from '@postern/runtime';
import { callsInProgress, type TracedCall } from './call-tracing.ts';
import { type SdkRequest, sdkRequest } from './sdk-request.ts';
import { type SqsAction, SqsCall } from './sqs-call.ts';

export interface Agents {
  httpAgent: HttpAgent;
  httpsAgent: HttpsAgent;
}

/** SQS answered with an error; `name` is its code: `QueueDoesNotExist`, `RequestThrottled`. As in the SDK's errors, `$metadata` says more. */
export class SqsCallError extends Error {
  readonly $metadata: { httpStatusCode: number; requestId: string | undefined };

  constructor(code: string, message: string, metadata: { httpStatusCode: number; requestId: string | undefined }) {
    super(metadata.requestId === undefined ? message : `${message} (request ${metadata.requestId})`);
    this.name = code;
    this.$metadata = metadata;
  }
}

interface CallOptions {
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/** Ten messages of a mebibyte, each character of which JSON may write with six. */
const MAX_CHARACTERS = 64 * 1024 * 1024;

/** Codes that say that our clock is not the server's. */
const SKEWED = /RequestTimeTooSkewed|RequestExpired|RequestInTheFuture|InvalidSignature|SignatureDoesNotMatch/;

/**
 * Calls of SQS's JSON protocol (AWS JSON 1.0) over the client's own connections. Where they go, who they come from and how they are
 * signed is asked of the SDK's client, once; what the SDK does around each call, which costs half a millisecond of CPU, is left out.
 */
export class DirectCall extends SqsCall {
  readonly #client: SQSClient;
  readonly #agents: Agents;
  #request: Promise<SdkRequest> | undefined;
  /** The server's time minus ours, in milliseconds. */
  #skewMs = 0;

  constructor(client: SQSClient, agents: Agents) {
    super();
    this.#client = client;
    this.#agents = agents;
  }

  /**
   * @throws SqsCallError when SQS answers with an error; otherwise the network's error, a TimeoutError, the signal's reason, or what
   *   the SDK says of a region or of credentials that it cannot find
   */
  override send<Output>(action: SqsAction, input: { QueueUrl: string }, options: CallOptions): Promise<Output> {
    const call: TracedCall = { action, queueUrl: input.QueueUrl, headers: {}, requestId: undefined };
    const body = JSON.stringify(input);
    if (!callsInProgress.hasSubscribers) return this.#twice(call, body, options);
    return callsInProgress.tracePromise(() => this.#twice<Output>(call, body, options), call);
  }

  async #twice<Output>(call: TracedCall, body: string, options: CallOptions): Promise<Output> {
    try {
      return await this.#once<Output>(call, body, options);
    } catch (error) {
      // The server closed a kept-alive connection just as it was used again: it did not see the request.
      const raced = (error as { reused?: boolean }).reused === true;
      const skewed = error instanceof SqsCallError && SKEWED.test(error.name) && this.#skewMs !== 0;
      if (!raced && !skewed) throw error;
      return this.#once<Output>(call, body, options);
    }
  }

  async #once<Output>(call: TracedCall, body: string, { timeoutMs, signal }: CallOptions): Promise<Output> {
    signal?.throwIfAborted();
    const { action } = call;
    const sdk = await this.#sdkRequest();
    const { secure, hostname, port, path } = sdk;
    const headers = await sdk.headers({ action, body, date: new Date(Date.now() + this.#skewMs) }, call.headers);
    const { httpAgent, httpsAgent } = this.#agents;
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
        if (text.length > MAX_CHARACTERS)
          request.destroy(new Error(`${action} was answered with more than SQS has to say`));
      });
      response.on('end', () => resolve(Object.assign(response, { text })));
      response.on('error', reject);
    }
    request.on('error', (error: NodeJS.ErrnoException) => {
      const reused = request.reusedSocket && error.code === 'ECONNRESET' && !signal?.aborted;
      reject(Object.assign(error, { reused }));
    });
    const end = expireAfter(timeoutMs, () => request.destroy(timeout(action, timeoutMs)));
    const abort = () => request.destroy(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
    signal?.addEventListener('abort', abort, { once: true });
    request.end(body);
    try {
      const response = await promise;
      call.requestId = String(response.headers['x-amzn-requestid'] ?? '') || undefined;
      if (response.statusCode === 200) return (response.text === '' ? {} : JSON.parse(response.text)) as Output;
      throw this.#toError(response, call.requestId);
    } finally {
      end();
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Asked again after it could not be had: a profile may have been fixed since. */
  #sdkRequest(): Promise<SdkRequest> {
    this.#request ??= sdkRequest(this.#client).catch((error: unknown) => {
      this.#request = undefined;
      throw error;
    });
    return this.#request;
  }

  #toError(response: IncomingMessage & { text: string }, requestId: string | undefined): SqsCallError {
    const { statusCode: status = 0, headers, text } = response;
    let parsed: { __type?: string; message?: string; Message?: string } = {};
    try {
      parsed = JSON.parse(text);
    } catch {
      // A proxy's page, or nothing: the status has to say it.
    }
    const code = parsed.__type?.split('#').at(-1) ?? `Http${status}`;
    if (SKEWED.test(code)) this.#skewMs = skew(headers.date);
    const message = parsed.message ?? parsed.Message ?? `SQS answered ${status}`;
    return new SqsCallError(code, message, { httpStatusCode: status, requestId });
  }
}

function skew(date: string | undefined): number {
  const theirs = new Date(date ?? '').getTime();
  return Number.isNaN(theirs) ? 0 : theirs - Date.now();
}

function timeout(action: string, limitMs: number): Error {
  return Object.assign(new Error(`${action} had no answer within ${limitMs} ms`), { name: 'TimeoutError' });
}
