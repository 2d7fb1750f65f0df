import { createHash, createVerify, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

/** A key as the configuration takes it, and its public half as a receiver finds it in the DNS. */
export async function dkimKeys() {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const DKIM_PRIVATE_KEY = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { dkim: { DKIM_DOMAIN: 'example.com', DKIM_SELECTOR: 'postern', DKIM_PRIVATE_KEY }, publicKey };
}

/** Checks a mail's signature as a receiver does: relaxed/relaxed (RFC 6376, 3.4), rsa-sha256. Answers with its tags. */
export function readDkimSignature(source: string, publicKey: KeyObject) {
  const end = source.indexOf('\r\n\r\n');
  const fields = source.slice(0, end).split(/\r\n(?![ \t])/);
  const signature = fields.find((field) => /^dkim-signature:/i.test(field));
  if (signature === undefined) throw new Error('the mail has no DKIM signature');
  const tags = readTags(signature);
  const hash = createHash('sha256')
    .update(relaxedBody(source.slice(end + 4)))
    .digest('base64');
  const verify = createVerify('RSA-SHA256');
  for (const name of (tags.h ?? '').split(':')) {
    const field = fields.findLast((candidate) => candidate.toLowerCase().startsWith(`${name.toLowerCase()}:`));
    if (field !== undefined) verify.update(`${relaxedField(field)}\r\n`);
  }
  verify.update(relaxedField(signature.replace(/(\bb=)[^;]*$/, '$1')));
  return {
    ...{ d: tags.d, s: tags.s, a: tags.a, h: (tags.h ?? '').toLowerCase() },
    body: hash === tags.bh ? 'good' : 'altered',
    headers: verify.verify(publicKey, tags.b ?? '', 'base64') ? 'good' : 'altered',
  };
}

function readTags(field: string): Record<string, string> {
  const pairs = field.slice(field.indexOf(':') + 1).split(';');
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at).trim(), pair.slice(at + 1).replace(/\s+/g, '')];
    }),
  );
}

function relaxedField(field: string): string {
  const at = field.indexOf(':');
  const value = field
    .slice(at + 1)
    .replace(/\r\n/g, '')
    .replace(/[ \t]+/g, ' ')
    .trim();
  return `${field.slice(0, at).trim().toLowerCase()}:${value}`;
}

function relaxedBody(body: string): string {
  const lines = body.split('\r\n').map((line) => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''));
  while (lines.at(-1) === '') lines.pop();
  return lines.length === 0 ? '' : `${lines.join('\r\n')}\r\n`;
}
