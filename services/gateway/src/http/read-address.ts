import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * The client's address: the one that `hops` trusted proxies before us have seen. Each proxy appends to the header the
 * address it was called from, so that counting from the right cannot be forged; whatever is further left is the
 * client's own claim. Without hops the header is ignored.
 *
 * @param claimed what the header holds, in order; `undefined` for what is malformed, at which trust ends as at `unknown`
 * @returns an address as RFC 5952 writes it, IPv4 where it was mapped, without port and zone. Where a trusted proxy says
 *   something else that is not an address, its words behind `unreadable `, so that such clients do not count as one.
 */
export function clientAddress(
  remote: string | undefined,
  claimed: readonly (string | undefined)[],
  hops: number,
): string {
  let address = readAddress(remote ?? '') ?? '';
  for (let hop = 1; hop <= hops; hop++) {
    const entry = claimed[claimed.length - hop];
    if (entry === undefined || entry.toLowerCase() === 'unknown') break;
    const next = readAddress(entry);
    if (next === undefined) return UNREADABLE + entry.slice(0, MAX_UNREADABLE);
    address = next;
  }
  return address;
}

const UNREADABLE = 'unreadable ';
const MAX_UNREADABLE = 100;

/** The entries of an X-Forwarded-For header. RFC 9110, 5.6.1.2: empty ones do not count. */
export function listedIn(header: string): string[] {
  return header
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** Whether a trusted proxy has written something that is not an address. */
export function isUnreadable(address: string): boolean {
  return address.startsWith(UNREADABLE);
}

/**
 * Reads an address as proxies and load balancers write it: bare, in quotes, in brackets, with a port (RFC 7239, 6, which
 * may be a made-up name; Azure writes one in X-Forwarded-For), with a zone, IPv4 mapped into IPv6 in either notation or
 * put there by a translator (NAT64, SIIT).
 */
function readAddress(text: string): string | undefined {
  const host = text.trim().replace(/^"(.*)"$/, '$1');
  const bracketed = /^\[([^\]]*)\](?::(?:\d{1,5}|_[\w.-]+))?$/.exec(host)?.[1];
  return canonical(bracketed ?? host) ?? canonical(host.replace(/:(?:\d{1,5}|_[\w.-]+)$/, ''));
}

function canonical(text: string): string | undefined {
  const [address = ''] = text.split('%');
  // ipaddr.js reads octal and shortened IPv4 too, which no proxy writes.
  return isIP(address) === 0 ? undefined : untranslated(ipaddr.process(address)).toString();
}

/** Prefixes under which translators put whole IPv4 addresses (RFC 6052, RFC 7915, RFC 8215), of which all would be one /64. */
const TRANSLATED: ReadonlySet<string> = new Set(['rfc6052', 'rfc6145']);
const IPV4_BYTES = 4;

function untranslated(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  if (!TRANSLATED.has(address.range())) return address;
  return new ipaddr.IPv4(address.toByteArray().slice(-IPV4_BYTES));
}

/**
 * What an address limit counts by: an IPv4 address, or the /64 of an IPv6 address, which is what one customer is
 * handed and could otherwise use 2^64 addresses of.
 */
export function addressBlock(address: string): string {
  return isIP(address) === 6 ? networkOf(address, 64) : address;
}

/**
 * For as many clients counts a site of IPv6 where limits count it: whoever is handed a /48 is 65,536 clients otherwise. A campus or a region of a carrier, which may
 * be one as well, has ten times what those have who share an address of IPv4.
 */
export const CLIENTS_OF_A_SITE = 10;

/**
 * The whole of what one customer may be handed of IPv6: a /48, in which there are 65,536 networks of `addressBlock` to come from.
 * Of IPv4 the address itself.
 */
export function addressSite(address: string): string {
  return isIP(address) === 6 ? networkOf(address, 48) : address;
}

/** The network of an IPv4 or IPv6 address: `203.0.113.0/24`. */
export function networkOf(address: string, prefix: number): string {
  const [plain = ''] = address.split('%');
  const kind = isIP(plain) === 6 ? ipaddr.IPv6 : ipaddr.IPv4;
  return `${kind.networkAddressFromCIDR(`${plain}/${prefix}`).toString()}/${prefix}`;
}
