import { EnvelopeError } from '../envelope-error.ts';
import type { EnvelopeReader } from '../envelope-reader.ts';

/** Why a reader refuses a message; `read` when it does not. */
export function refusalReason(text: string, by: EnvelopeReader): string {
  try {
    by.read(text);
  } catch (error) {
    if (error instanceof EnvelopeError) return error.reason;
    throw error;
  }
  return 'read';
}
