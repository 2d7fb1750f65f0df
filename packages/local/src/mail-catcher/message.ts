import { createHash, randomInt } from 'node:crypto';
import { type AddressObject, type Attachment, type EmailAddress, type ParsedMail, simpleParser } from 'mailparser';
import type { MailAddress, MessageSummary } from './store.ts';

/** One mail in full; the names are Mailpit's. */
export interface Message extends Omit<MessageSummary, 'Created' | 'Read' | 'Snippet' | 'Attachments'> {
  ReturnPath: string;
  Date: string;
  ListUnsubscribe: { Header: string; Links: string[]; Errors: string; HeaderPost: string };
  Text: string;
  HTML: string;
  Inline: MessagePart[];
  Attachments: MessagePart[];
}

interface MessagePart {
  PartID: string;
  FileName: string;
  ContentType: string;
  ContentID: string;
  Size: number;
  Checksums: { MD5: string; SHA1: string; SHA256: string };
}

/** Who the SMTP client said the mail is from and for. */
export interface Envelope {
  from: string;
  to: string[];
  username: string;
}

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** 22 letters and digits, 131 bits: as long as Mailpit's ids. */
export function newMessageId(): string {
  return Array.from({ length: 22 }, () => alphabet[randomInt(alphabet.length)]).join('');
}

/** Reads a mail as it came over SMTP. */
export function parseRaw(raw: Buffer): Promise<ParsedMail> {
  // Pictures stay parts of their own: a page that inlines them would hide that they are attached.
  return simpleParser(raw, { keepCidLinks: true });
}

/** What the list keeps of a mail. Recipients that no header names are Bcc, as in Mailpit. */
export function summarise(id: string, parsed: ParsedMail, raw: Buffer, envelope: Envelope, now: Date): MessageSummary {
  const to = addresses(parsed.to);
  const cc = addresses(parsed.cc);
  const named = new Set([...to, ...cc].map((it) => it.Address.toLowerCase()));
  return {
    ID: id,
    MessageID: bare(parsed.messageId),
    Read: false,
    From: addresses(parsed.from)[0] ?? { Name: '', Address: envelope.from },
    To: to,
    Cc: cc,
    Bcc: envelope.to.filter((it) => !named.has(it.toLowerCase())).map((Address) => ({ Name: '', Address })),
    ReplyTo: addresses(parsed.replyTo),
    Subject: parsed.subject ?? '',
    Created: now.toISOString(),
    Username: envelope.username,
    Tags: [],
    Size: raw.length,
    Attachments: parsed.attachments.length,
    Snippet: bodyText(parsed).slice(0, 250),
  };
}

/** The mail's words on one line: what a search looks into and a list shows the beginning of. */
export function bodyText(parsed: ParsedMail): string {
  return (parsed.text ?? '').replace(/\s+/g, ' ').trim();
}

export function describe(summary: MessageSummary, parsed: ParsedMail): Message {
  const { Created, Read: _read, Snippet: _snippet, Attachments: _count, ...same } = summary;
  const header = (key: string) => parsed.headerLines.find((it) => it.key === key)?.line.replace(/^[^:]*:\s*/, '') ?? '';
  const unsubscribe = header('list-unsubscribe');
  const parts = parsed.attachments.map(describePart);
  return {
    ...same,
    ReturnPath: bare(header('return-path')),
    Date: (parsed.date ?? new Date(Created)).toISOString(),
    ListUnsubscribe: {
      Header: unsubscribe,
      Links: [...unsubscribe.matchAll(/<([^>]+)>/g)].map((it) => it[1] ?? ''),
      Errors: '',
      HeaderPost: header('list-unsubscribe-post'),
    },
    Text: parsed.text ?? '',
    HTML: parsed.html || '',
    Inline: parts.filter((_, index) => isInline(parsed.attachments[index])),
    Attachments: parts.filter((_, index) => !isInline(parsed.attachments[index])),
  };
}

/** Header names in the spelling of Go's net/mail (`Message-Id`), each with all its values: Mailpit's answer. */
export function headersOf(parsed: ParsedMail): Record<string, string[]> {
  const headers: Record<string, string[]> = {};
  for (const { key, line } of parsed.headerLines) {
    const name = key.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());
    const unfolded = line.replace(/\r?\n[ \t]+/g, ' ');
    const values = headers[name] ?? [];
    values.push(unfolded.slice(unfolded.indexOf(':') + 1).trim());
    headers[name] = values;
  }
  return Object.fromEntries(Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isInline(attachment: Attachment | undefined): boolean {
  return attachment?.contentDisposition === 'inline' || attachment?.related === true;
}

function describePart(attachment: Attachment, index: number): MessagePart {
  const sum = (algorithm: string) => createHash(algorithm).update(attachment.content).digest('hex');
  return {
    PartID: attachment.partId ?? String(index + 1),
    FileName: attachment.filename ?? '',
    ContentType: attachment.contentType,
    ContentID: attachment.cid ?? '',
    Size: attachment.size,
    Checksums: { MD5: sum('md5'), SHA1: sum('sha1'), SHA256: sum('sha256') },
  };
}

function bare(id: string | undefined): string {
  return (id ?? '').replace(/^<|>$/g, '');
}

function addresses(field: AddressObject | AddressObject[] | undefined): MailAddress[] {
  const flatten = (it: EmailAddress): EmailAddress[] => it.group ?? [it];
  return [field ?? []]
    .flat()
    .flatMap((object) => object.value.flatMap(flatten))
    .map((it) => ({ Name: it.name, Address: it.address ?? '' }));
}
