import { isIP } from 'node:net';

/**
 * The client's address: the one that `hops` trusted proxies before us have seen. Each proxy appends to
 * X-Forwarded-For the address it was called from, so that counting from the right cannot be forged; whatever stands
 * further left is the client's own claim. Without hops the header is ignored.
 */
export function clientAddress(remote: string | undefined, forwardedFor: string | undefined, hops: number): string {
  let address = plain(remote ?? '');
  if (hops === 0 || forwardedFor === undefined) return address;
  const claimed = forwardedFor.split(',');
  for (let hop = 1; hop <= hops; hop++) {
    const next = plain((claimed[claimed.length - hop] ?? '').trim());
    if (isIP(next) === 0) break;
    address = next;
  }
  return address;
}

/** An IPv4 client of a dual-stack socket is written as IPv4. */
function plain(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

/**
 * What an address limit counts by: an IPv4 address, or the /64 of an IPv6 address, which is what one customer is
 * handed and could otherwise use 2^64 addresses of.
 */
export function addressBlock(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = (address.split('%')[0] as string).split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups =
    tail === undefined ? left : [...left, ...Array(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
