/** What is needed to make the mail again. It names a person, so it is emptied when the mail is past sending. */
export interface MailPayload {
  to: string;
  locale: string;
  data: Record<string, unknown>;
  /** Where the trace of the request that led to it goes on. */
  traceparent?: string | undefined;
}

/**
 * Longest payload as JSON in UTF-8, in bytes. Ten times what a long list of facts needs, and little enough that a claim of
 * fifty mails fits a packet and a process. What is larger belongs behind a link.
 */
export const MAX_PAYLOAD_BYTES = 262_144;

/** The mail's data can be kept neither now nor later: too large, or of no form in JSON. The message quotes none of it. */
export class UnusablePayloadError extends RangeError {
  override name = 'UnusablePayloadError';
  /** Short and stable, for dead letters: `mail-too-large`, `invalid-data`. */
  readonly reason: 'mail-too-large' | 'invalid-data';

  constructor(reason: UnusablePayloadError['reason'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/**
 * The text that the ledger keeps.
 *
 * @throws UnusablePayloadError
 */
export function encodePayload({ to, locale, data, traceparent }: MailPayload): string {
  let text: string;
  try {
    text = JSON.stringify({ to, locale, data, traceparent });
  } catch (error) {
    throw new UnusablePayloadError('invalid-data', "the mail's data has a value that JSON has no form for", {
      cause: error,
    });
  }
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_PAYLOAD_BYTES) return text;
  throw new UnusablePayloadError(
    'mail-too-large',
    `the mail's data has ${bytes} bytes as JSON, and ${MAX_PAYLOAD_BYTES} is the most: store it and mail a link to it`,
  );
}

/** Reads what the ledger kept. A text that was cut or changed is a fault of that one mail, so nothing is thrown. */
export function decodePayload(text: string): { payload: MailPayload } | { fault: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { fault: `its content cannot be read: not JSON (${text.length} characters)` };
  }
  const { to, locale, data, traceparent } = (value ?? {}) as Partial<Record<keyof MailPayload, unknown>>;
  if (typeof to === 'string' && typeof locale === 'string' && typeof data === 'object' && data !== null) {
    const traced = typeof traceparent === 'string' ? { traceparent } : {};
    return { payload: { to, locale, data: data as Record<string, unknown>, ...traced } };
  }
  return { fault: 'its content cannot be read: not a payload of a mail' };
}

/** Whom a mail is to that waits; undefined where what the ledger kept cannot be read. */
export function addressIn(text: string): string | undefined {
  const read = decodePayload(text);
  return 'payload' in read ? read.payload.to : undefined;
}
