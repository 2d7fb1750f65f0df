import { createPrivateKey } from 'node:crypto';

/** Signs what goes out (RFC 6376); the public half is a TXT record at `<keySelector>._domainkey.<domainName>`. */
export interface DkimKey {
  domainName: string;
  keySelector: string;
  /** PEM, PKCS#8 or PKCS#1. */
  privateKey: string;
  /** What the signature covers where a mail has it, joined by colons. */
  headerFieldNames: string;
}

/**
 * What RFC 6376, 5.4.1 recommends of what our mails have, and both of RFC 8058, 4, which nodemailer's own list lacks. Not Date and Message-ID, in
 * whose place some providers put their own (Amazon SES does, by SMTP as well): no signature over ours would hold behind them.
 */
const SIGNED_HEADERS = [
  ...['From', 'Reply-To', 'Subject', 'To', 'MIME-Version', 'Content-Type'],
  ...['Content-Transfer-Encoding', 'Auto-Submitted', 'Feedback-ID', 'List-Unsubscribe', 'List-Unsubscribe-Post'],
].join(':');

/** Shorter keys count as no signature (RFC 8301, 3.2). */
const MIN_BITS = 1024;

/** @throws TypeError when the text is not a key that DKIM's rsa-sha256 can sign with; the message never quotes it */
export function dkimKey(domainName: string, keySelector: string, text: string): DkimKey {
  // Where a variable cannot hold line breaks, PEM is written with \\n for them.
  const privateKey = `${text.replaceAll('\\n', '\n').trim()}\n`;
  return { domainName, keySelector, privateKey: checked(privateKey), headerFieldNames: SIGNED_HEADERS };
}

function checked(pem: string): string {
  const expected = `expected an RSA private key of ${MIN_BITS} bits or more as PEM (openssl genrsa 2048)`;
  let key: ReturnType<typeof createPrivateKey>;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new TypeError(expected);
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType !== 'rsa' || bits < MIN_BITS) throw new TypeError(expected);
  return pem;
}
