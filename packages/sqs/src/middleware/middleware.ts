import type { MessageHandler } from '../consumer/received-message.ts';

/** Wraps a handler in a further one. */
export type Middleware = (next: MessageHandler) => MessageHandler;

/** The handler inside all middleware, the first one outermost. Done once, so that a message costs plain calls only. */
export function withMiddleware(handler: MessageHandler, ...middleware: readonly Middleware[]): MessageHandler {
  return middleware.reduceRight((inner, wrap) => wrap(inner), handler);
}
