/**
 * The value of a cookie in a `Cookie` header, as it was set (RFC 6265, 5.4: pairs by semicolon; of two with one name, the
 * one with the longer path comes first).
 */
export function readCookie(header: string | undefined, name: string): string | undefined {
  const prefix = `${name}=`;
  for (const pair of (header ?? '').split(';')) {
    const text = pair.trim();
    if (text.startsWith(prefix)) return text.slice(prefix.length);
  }
  return undefined;
}
