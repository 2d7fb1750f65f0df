import type { ConsumerOptions } from '../consumer/consumer-options.ts';

/**
 * For consumers on the real clock: a machine that stands still for half a minute loses no lease, and is not to blame for a handler
 * that takes as long.
 */
export const PATIENCE: Pick<ConsumerOptions, 'visibilityMs' | 'handlerTimeoutMs' | 'shutdownGraceMs'> = {
  visibilityMs: 300_000,
  handlerTimeoutMs: 240_000,
  shutdownGraceMs: 600_000,
};
