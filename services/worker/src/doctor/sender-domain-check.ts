import { createPublicKey } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import { type Check, type Finding, failure, ok, warning } from '@postern/runtime';
import type { DkimKey } from '../mail/delivery/transports/dkim.ts';

/** Looks TXT records up; node's own resolver does. */
export type TxtLookup = (name: string) => Promise<string[][]>;

const LIMIT = { timeout: 3_000, tries: 1 };
/** The name has no such record, as an answer of the DNS and not the lack of one. */
const ABSENT = new Set(['ENOTFOUND', 'ENODATA', 'NXDOMAIN']);

const withResolver: TxtLookup = (name) => new Resolver(LIMIT).resolveTxt(name);

interface Sender {
  /** The domain of MAIL_FROM. */
  domain: string;
  /** The domain of MAIL_RETURN_PATH, where bounces go: SPF is asked of it (RFC 7208, 2.4). */
  bounceDomain: string;
  dkim: DkimKey | undefined;
}

/** What receivers ask the DNS about the sender: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489). */
export function senderDomainCheck({ domain, bounceDomain, dkim }: Sender, lookup = withResolver): Check {
  return {
    subject: 'sender DNS',
    run: async () => {
      try {
        return (
          await Promise.all([
            spf(bounceDomain, lookup),
            dmarc(domain, lookup),
            dkim ? signature(dkim, lookup) : unsigned(),
          ])
        ).flat();
      } catch (error) {
        const { code = String(error) } = error as { code?: string };
        const todo = 'run it where the DNS is reachable, or look the records up elsewhere';
        return [warning('sender DNS', `the DNS cannot be asked (${code})`, todo)];
      }
    },
  };
}

async function records(name: string, lookup: TxtLookup): Promise<string[]> {
  try {
    return (await lookup(name)).map((parts) => parts.join(''));
  } catch (error) {
    if (ABSENT.has(String((error as { code?: string }).code))) return [];
    throw error;
  }
}

async function spf(domain: string, lookup: TxtLookup): Promise<Finding[]> {
  const found = (await records(domain, lookup)).filter((text) => /^v=spf1( |$)/i.test(text));
  const [record] = found;
  if (record === undefined) {
    const todo = `publish a TXT record at ${domain}: v=spf1 include:<your provider> -all`;
    return [warning('SPF', `${domain} has no SPF record: receivers cannot know who may send for it`, todo)];
  }
  if (found.length > 1) {
    return [failure('SPF', `${domain} has ${found.length} SPF records, which count as an error`, 'make them one')];
  }
  if (/\+all\b/.test(record)) return [warning('SPF', 'it lets everybody send ("+all")', 'end it with -all or ~all')];
  return [ok('SPF', record)];
}

async function dmarc(domain: string, lookup: TxtLookup): Promise<Finding[]> {
  const labels = domain.split('.');
  // A subdomain goes by the policy of the organisation's domain, which one level up mostly is.
  for (const name of new Set([domain, labels.slice(Math.max(0, Math.min(1, labels.length - 2))).join('.')])) {
    const record = (await records(`_dmarc.${name}`, lookup)).find((text) => /^v=DMARC1/i.test(text));
    if (record === undefined) continue;
    if (/\bp=none\b/i.test(record)) {
      const todo = 'make it p=quarantine or p=reject once its reports are clean';
      return [warning('DMARC', 'its policy asks for nothing (p=none): anybody can write in your name', todo)];
    }
    return [ok('DMARC', record)];
  }
  const todo = `publish a TXT record at _dmarc.${domain}: v=DMARC1; p=quarantine; rua=mailto:…`;
  return [warning('DMARC', `${domain} has no DMARC record: large receivers refuse or hide its mails`, todo)];
}

async function signature({ domainName, keySelector, privateKey }: DkimKey, lookup: TxtLookup): Promise<Finding[]> {
  const name = `${keySelector}._domainkey.${domainName}`;
  const own = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).toString('base64');
  const todo = `publish a TXT record at ${name}: v=DKIM1; k=rsa; p=${own}`;
  const published = (await records(name, lookup)).map((text) => /\bp=([A-Za-z0-9+/=\s]*)/.exec(text)?.[1]);
  if (published.length === 0) return [failure('DKIM', `${name} does not exist: every signature fails`, todo)];
  if (published.some((key) => key?.replaceAll(/\s/g, '') === own)) return [ok('DKIM', name)];
  return [failure('DKIM', `${name} has another key than DKIM_PRIVATE_KEY: every signature fails`, todo)];
}

async function unsigned(): Promise<Finding[]> {
  const todo = 'set DKIM_DOMAIN, DKIM_SELECTOR and DKIM_PRIVATE_KEY, unless your provider signs';
  return [warning('DKIM', 'mails are not signed here', todo)];
}
