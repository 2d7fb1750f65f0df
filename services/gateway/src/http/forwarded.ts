/** The `for` of one element: a token, or a quoted string, which an address with a port or brackets has to be (RFC 7239, 4 and 6). */
const FOR = /(?:^|;)\s*for=(?:"([^"]*)"|([^\s";]+))\s*(?:;|$)/i;

/**
 * The `for` of each element of a Forwarded header (RFC 7239), in order; `unknown` for one without. Elements are cut at every
 * comma, also inside quotes: no node has one in its name, and a client that opens a quote and never closes it must not
 * swallow what the proxies have written behind it.
 */
export function forwardedFor(header: string): string[] {
  return header
    .split(',')
    .filter((element) => element.trim() !== '')
    .map((element) => {
      const [, quoted, token] = FOR.exec(element.trim()) ?? [];
      return quoted ?? token ?? 'unknown';
    });
}
