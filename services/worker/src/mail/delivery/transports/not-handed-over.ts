import { errorMessage } from '@postern/runtime';
import type { Outcome } from './mail-transport.ts';

/** What came of a try whose body was held back because `beforeBody` rejected. */
export function notHandedOver(error: unknown): Outcome {
  return { kind: 'retry', reason: `not handed over: ${errorMessage(error)}`, elsewhere: false, unasked: true };
}
