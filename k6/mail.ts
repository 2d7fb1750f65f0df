import { sleep } from 'k6';
import http from 'k6/http';
import { Rate, Trend } from 'k6/metrics';
import { inbox } from './target.ts';

const WAIT_SECONDS = 30;
const POLL_SECONDS = 0.1;

export const mailArrived = new Rate('mail_arrived');
export const mailLatency = new Trend('mail_latency', true);

interface Found {
  messages: { ID: string }[];
}

function get<Body>(path: string): Body {
  // The inbox's own answers are not what is measured: thresholds are set on requests tagged with the gateway.
  return http.get(`${inbox}${path}`, { tags: { name: 'inbox' }, responseType: 'text' }).json() as Body;
}

/** Waits until the mail to an address has arrived and gives back its id; undefined after half a minute. */
export function awaitMail(email: string): string | undefined {
  const start = Date.now();
  while (Date.now() - start < WAIT_SECONDS * 1000) {
    const { messages } = get<Found>(`/api/v1/search?query=${encodeURIComponent(`to:"${email}"`)}&limit=1`);
    const mail = messages[0];
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
  const { Text } = get<{ Text: string }>(`/api/v1/message/${mailId}`);
  const token = /[?&]token=([\w-]+\.[\w-]+)/.exec(Text)?.[1];
  if (!token) throw new Error(`the mail ${mailId} has no link with a token`);
  return token;
}
