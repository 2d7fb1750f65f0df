type EnvelopeErrorReason =
  | 'not-json'
  | 'not-an-envelope'
  | 'no-mac'
  | 'unknown-writer'
  | 'unknown-key'
  | 'wrong-mac'
  | 'not-its-writer'
  | 'too-old'
  | 'wrong-queue'
  | 'unknown-type'
  | 'unknown-version'
  | 'invalid-data';

/** A message that breaks its contract. It will not get better by trying again: the dead-letter queue is its place. */
export class EnvelopeError extends Error {
  readonly reason: EnvelopeErrorReason;

  constructor(reason: EnvelopeErrorReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EnvelopeError';
    this.reason = reason;
  }
}
