/** A mail server as a person is shown it, by its URL, which may carry a password; with how to do without TLS, as a stub of one's own has none. */
export function mailServerOf(url: string): string {
  const { protocol, host, searchParams } = new URL(url);
  const startsTls = protocol === 'smtp:' && searchParams.get('tls') !== 'off';
  return startsTls ? `${host}, by STARTTLS (without: ?tls=off)` : host;
}
