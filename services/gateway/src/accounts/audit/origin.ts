import { isIP } from 'node:net';
import type { Clock } from '@postern/runtime';
import { networkOf } from '../../http/read-address.ts';
import type { RequestContext } from '../../http/route.ts';

/** What is kept of where a request came from. */
interface Origin {
  /** "Firefox on Linux". */
  device: string;
  /** The network, not the host: 203.0.113.0/24 or 2001:db8:1::/48. */
  address_range: string;
}

const BROWSERS: [RegExp, string][] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bChrome\/|\bCriOS\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
  [/^curl\//, 'curl'],
  [/^PostmanRuntime\//, 'Postman'],
];

const SYSTEMS: [RegExp, string][] = [
  [/\biPhone\b|\biPad\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b|\bX11\b/, 'Linux'],
];

export function originOf({ address, userAgent }: Pick<RequestContext, 'address' | 'userAgent'>): Origin {
  return { device: deviceName(userAgent), address_range: addressRange(address) };
}

/** As events carry it to the mails: with the time. */
export function originNow(
  clock: Clock,
  request: Pick<RequestContext, 'address' | 'userAgent'>,
): Origin & { at: string } {
  return { at: clock.now().toISOString(), ...originOf(request) };
}

/** A name that a person recognises; version numbers and the rest of a user agent help nobody but trackers. */
export function deviceName(userAgent: string): string {
  const browser = BROWSERS.find(([pattern]) => pattern.test(userAgent))?.[1];
  const system = SYSTEMS.find(([pattern]) => pattern.test(userAgent))?.[1];
  if (browser && system) return `${browser} on ${system}`;
  return browser ?? system ?? 'Unknown device';
}

/** Cuts an address to its network: /24 of IPv4, /48 of IPv6, too coarse to find a person by. */
export function addressRange(address: string): string {
  const version = isIP(address);
  return version === 0 ? 'unknown' : networkOf(address, version === 4 ? 24 : 48);
}
