import { isIP } from 'node:net';

const THIS_MACHINE = /^(127\.|::1$|localhost$)/;

/**
 * Whether a request has come for this machine by an address or by `localhost`. A page of somebody else's that has its own name lead to
 * 127.0.0.1 (DNS rebinding) would be of one origin with what is served there, and read the links in the inbox or empty the queues; its
 * requests carry that name. What is opened for others as well has whatever names they know it by.
 *
 * @param host of the request, with its port; there is none before HTTP/1.1, which no browser speaks
 * @param listensOn the address that the server was opened on
 */
export function isOwnHost(host: string | undefined, listensOn: string): boolean {
  if (host === undefined || !THIS_MACHINE.test(listensOn)) return true;
  const name = URL.parse(`http://${host}`)?.hostname.replace(/^\[|\]$/g, '') ?? '';
  return isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost');
}
