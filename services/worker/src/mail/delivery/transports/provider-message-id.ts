/** What the ledger's column holds. */
const MAX_LENGTH = 255;
/** SES gives its bare id in notifications, and the same id as a Message-ID over SMTP (`…@eu-central-1.amazonses.com>`). */
const OF_SES = /@(?:[^@]+\.)?amazonses\.com$/i;

/**
 * A provider's own id of a mail in the one form that it is kept and looked up in: what a reply names and what a later
 * notice names differ in angle brackets and, at SES, in the host. Undefined where there is none, or none that could be
 * kept: the ledger writes an accepted mail until the database takes it, so an id that is too long would never let it.
 */
export function providerMessageId(text: string | undefined): string | undefined {
  const id = (text ?? '').trim().replace(/^<|>$/g, '').replace(OF_SES, '');
  return id === '' || id.length > MAX_LENGTH ? undefined : id;
}
