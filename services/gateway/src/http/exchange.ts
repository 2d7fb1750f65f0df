import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestFailure } from './records/request-failure.ts';
import type { HttpRequestContext } from './request-context.ts';
import type { RouteMetrics } from './request-metrics.ts';

declare global {
  namespace Express {
    interface Request {
      /** The request's id, as `x-request-id` and the logs have it. */
      id: string;
    }
  }
}

/** One request on its way through the platform. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly context: HttpRequestContext;
  metrics: RouteMetrics;
  /** Headers that the platform adds to whatever the answer will be (rate limits). */
  headers: Record<string, string> | undefined;
  /** Why it was refused or failed. */
  failure: RequestFailure | undefined;
  /** Who has signed in; undefined until that is known. */
  userId: string | undefined;
  /** Whether people open it in a browser: problems are pages then, where its Accept says so. */
  forPeople: boolean;
}

const EXCHANGE = Symbol('exchange');
type Begun = IncomingMessage & { [EXCHANGE]?: Exchange };

/** Keeps the exchange with its request, for the layers behind: an operation and the error handler speak of the same one. */
export function beginExchange(exchange: Exchange): Exchange {
  (exchange.request as Begun)[EXCHANGE] = exchange;
  return exchange;
}

/** The exchange of a request that the application has begun. */
export function exchangeOf(request: IncomingMessage): Exchange {
  const exchange = begunExchange(request);
  if (!exchange) throw new TypeError('an operation is run by the application of createApp alone');
  return exchange;
}

/** The same, where it may not have. */
export function begunExchange(request: IncomingMessage): Exchange | undefined {
  return (request as Begun)[EXCHANGE];
}
