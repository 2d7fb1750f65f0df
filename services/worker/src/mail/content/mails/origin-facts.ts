import type { MailContext } from '../define-mail.ts';
import type { Html } from '../html.ts';
import { type Fact, facts } from '../layout/parts.ts';

/** Where and with what something was done, as the events carry it. */
export interface Origin {
  /** RFC 3339 */
  at: string;
  /** "Firefox on Linux" or "Unknown device", in English, as the gateway reads it from the user agent. */
  device: string;
  /** The network, not the whole address: 203.0.113.0/24; "unknown" where the gateway could not tell. */
  address_range: string;
}

/** Events of older releases do not say where everything was done. */
export type MaybeOrigin = { [Name in keyof Origin]?: string | undefined };

export const sampleOrigin: Origin = {
  at: '2026-11-23T13:12:00Z',
  device: 'Firefox on Linux',
  address_range: '203.0.113.0/24',
};

/** When, with what and from where: by which a person knows whether it was them. */
export function originFacts(origin: Origin, { t, formatDate }: Pick<MailContext, 't' | 'formatDate'>): Html {
  return facts([
    { label: t.labels.when, value: formatDate(origin.at) },
    { label: t.labels.device, ...deviceIn(t, origin.device) },
    { label: t.labels.network, ...networkIn(t, origin.address_range) },
  ]);
}

/** The same for an event that may be of an older release; nothing unless all is known. */
export function originFactsIfKnown(
  { at, device, address_range }: MaybeOrigin,
  context: Pick<MailContext, 't' | 'formatDate'>,
): Html | false {
  if (at === undefined || device === undefined || address_range === undefined) return false;
  return originFacts({ at, device, address_range }, context);
}

function deviceIn(t: MailContext['t'], device: string): Omit<Fact, 'label'> {
  if (device === 'Unknown device') return { value: t.labels.unknown };
  const [, browser, system] = /^(.+) on (.+)$/.exec(device) ?? [];
  if (browser === undefined || system === undefined) return { value: device, direction: 'auto' };
  return { value: t.browserOn(browser, system) };
}

function networkIn(t: MailContext['t'], network: string): Omit<Fact, 'label'> {
  return network === 'unknown' ? { value: t.labels.unknown } : { value: network, direction: 'ltr' };
}
