import { z } from 'zod';

type HttpUrl = { url: string; fault?: undefined } | { url?: undefined; fault: string };

/**
 * Reads the URL of something that is spoken to by HTTP, or that people are sent to. Credentials would end up in links and logs; a
 * query or fragment would be lost, or swallow, what is put behind it.
 *
 * @param options.path whether it may have one; where it may not, the result is an origin
 * @returns the URL in one spelling, without a slash behind a host alone
 */
export function readHttpUrl(text: string, { path }: { path: boolean }): HttpUrl {
  const url = /^https?:\/\/[^\s\\]+$/i.test(text) ? URL.parse(text) : null;
  if (!url) return { fault: 'it has to begin with http:// or https:// and a host' };
  if (url.username !== '' || url.password !== '' || text.includes('@')) return { fault: 'no user name or password' };
  if (/[?#]/.test(text)) return { fault: 'nothing from a ? or # on' };
  if (!path && url.pathname !== '/') return { fault: 'no path behind the host' };
  return { url: url.pathname === '/' ? url.origin : url.origin + url.pathname };
}

/** A variable that holds such a URL; `example` is what the fault names. */
export function httpUrl({ path, example }: { path: boolean; example: string }) {
  const expected = `expected a URL such as ${example}`;
  return z
    .string(expected)
    .transform((text, context) => {
      const { url, fault } = readHttpUrl(text, { path });
      if (url !== undefined) return url;
      context.addIssue(`${expected}: ${fault}`);
      return z.NEVER;
    })
    .describe(`a URL such as ${example}`);
}

/** The names by which a machine reaches itself. */
const LOOPBACK = /^(?:(?:.+\.)?localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Whether what is sent to a URL crosses a network that others can read along on. */
export function isInTheClear(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !LOOPBACK.test(hostname);
}
