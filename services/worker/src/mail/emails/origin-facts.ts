import type { MailContext } from '../define-mail.ts';
import type { Html } from '../html.ts';
import { type Fact, facts } from '../layout/parts.ts';

/** Where and with what something was done, as the events carry it. */
export interface Origin {
  /** RFC 3339 */
  at: string;
  /** "Firefox on Linux", in English, as the gateway reads it from the user agent. */
  device: string;
  /** The network, not the whole address: 203.0.113.0/24 */
  address_range: string;
}

export const sampleOrigin: Origin = {
  at: '2026-11-23T13:12:00Z',
  device: 'Firefox on Linux',
  address_range: '203.0.113.0/24',
};

/** When, with what and from where: what tells a person whether it was them. */
export function originFacts(origin: Origin, { t, formatDate }: Pick<MailContext, 't' | 'formatDate'>): Html {
  const [, browser, system] = /^(.+) on (.+)$/.exec(origin.device) ?? [];
  const device: Omit<Fact, 'label'> =
    browser !== undefined && system !== undefined
      ? { value: t.browserOn(browser, system) }
      : { value: origin.device, direction: 'auto' };
  return facts([
    { label: t.labels.when, value: formatDate(origin.at) },
    { label: t.labels.device, ...device },
    { label: t.labels.network, value: origin.address_range, direction: 'ltr' },
  ]);
}
