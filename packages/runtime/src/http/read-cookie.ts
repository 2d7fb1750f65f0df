/**
 * The value of a cookie in a `Cookie` header, as it was set (RFC 6265, 5.4: pairs by semicolon; of two with one name, the
 * one with the longer path comes first).
 */
export function readCookie(header: string | undefined, name: string): string | undefined {
  return readCookies(header, name)[0];
}

/** The values of all cookies of one name, in their order. More than one: a neighbouring host or path has set another. */
export function readCookies(header: string | undefined, name: string): string[] {
  const prefix = `${name}=`;
  return (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(prefix))
    .map((pair) => pair.slice(prefix.length));
}
