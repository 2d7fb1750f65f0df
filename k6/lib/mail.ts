import { sleep } from 'k6';
import http from 'k6/http';
import { Rate, Trend } from 'k6/metrics';
import { inbox } from './target.ts';

const WAIT_SECONDS = 30;
const POLL_SECONDS = 0.1;

export const mailArrived = new Rate('mail_arrived');
export const mailLatency = new Trend('mail_latency', true);

interface Found {
  messages: { ID: string; Subject: string }[];
}

function get<Body>(path: string): Body {
  // The inbox's own answers are not what is measured: thresholds are set on requests tagged with the gateway.
  return http.get(`${inbox}${path}`, { tags: { name: 'inbox' }, responseType: 'text' }).json() as Body;
}

/** Waits until the mail to an address has arrived and gives back its id; undefined after half a minute. */
export function awaitMail(email: string): string | undefined {
  const start = Date.now();
  while (Date.now() - start < WAIT_SECONDS * 1000) {
    const mail = search(email, 1)[0];
    if (mail) {
      mailArrived.add(true);
      mailLatency.add(Date.now() - start);
      return mail.ID;
    }
    sleep(POLL_SECONDS);
  }
  mailArrived.add(false);
  return undefined;
}

/** The token of the link in a mail. */
export function tokenOf(mailId: string): string {
  const token = tokenIn(textOf(mailId));
  if (!token) throw new Error(`the mail ${mailId} has no link with a token`);
  return token;
}

/**
 * Waits for the mail to an address whose link leads to a page, and gives back its token.
 *
 * @param about what its subject begins with, where several mails have such links
 * @throws Error after half a minute
 */
export function awaitToken(email: string, page: string, about = ''): string {
  const seen = new Set<string>();
  const start = Date.now();
  while (Date.now() - start < WAIT_SECONDS * 1000) {
    for (const { ID, Subject } of search(email, 50)) {
      if (seen.has(ID)) continue;
      seen.add(ID);
      if (!Subject.startsWith(about)) continue;
      const text = textOf(ID);
      const token = text.includes(`/${page}?`) ? tokenIn(text) : undefined;
      if (token) return token;
    }
    sleep(POLL_SECONDS);
  }
  throw new Error(`no mail with a link to /${page} came to ${email} in ${WAIT_SECONDS} s`);
}

function search(email: string, limit: number): Found['messages'] {
  return get<Found>(`/api/v1/search?query=${encodeURIComponent(`to:"${email}"`)}&limit=${limit}`).messages;
}

function textOf(mailId: string): string {
  return get<{ Text: string }>(`/api/v1/message/${mailId}`).Text;
}

function tokenIn(text: string): string | undefined {
  return /[?&]token=([\w-]+\.[\w-]+)/.exec(text)?.[1];
}
