import { MailResubscribed, MailUnsubscribed, readUnsubscribeToken, type Unsubscription } from '@postern/events';
import { z } from 'zod';
import type { AccountsConfig } from '../accounts/config.ts';
import { explained, linkForm, tokenField } from '../accounts/links/link-page.ts';
import { LinkInvalid } from '../accounts/links/link-problems.ts';
import { addressSite } from '../http/read-address.ts';
import { defineRoute, type Route } from '../http/route.ts';
import type { Events } from '../outbox/event-publisher.ts';
import { htmlAnswer, page, paragraph, type Reader, readerOf } from '../pages/page.ts';

/** What is done by the link of a mail. */
interface Act {
  path: string;
  operations: readonly [show: string, submit: string];
  summaries: readonly [show: string, submit: string];
  event: typeof MailUnsubscribed | typeof MailResubscribed;
  perLink: { name: string; max: number; windowSeconds: number };
  texts: (reader: Reader) => Reader['t']['unsubscribe'];
}

const unsubscribing: Act = {
  path: '/unsubscribe',
  operations: ['showUnsubscribe', 'submitUnsubscribe'],
  summaries: ['Asks before ending a mail', 'Ends a mail for its recipient'],
  event: MailUnsubscribed,
  perLink: { name: 'unsubscribe-link', max: 20, windowSeconds: 3_600 },
  texts: ({ t }) => t.unsubscribe,
};
const resubscribing: Act = {
  path: '/resubscribe',
  operations: ['showResubscribe', 'submitResubscribe'],
  summaries: ['Asks before sending a mail again', 'Has a mail sent to its recipient again'],
  event: MailResubscribed,
  // Of its own: whoever was forwarded the mail must not use up what its recipient needs to end it.
  perLink: { name: 'resubscribe-link', max: 5, windowSeconds: 3_600 },
  texts: ({ t }) => t.resubscribe,
};

/**
 * A link never expires; whoever has it may end the mail once more, and need not do so often. Counted by client first: mail
 * providers make the one click for many people from a few addresses.
 */
const PER_CLIENT = { name: 'unsubscribe', per: 'address' as const, max: 1_000, windowSeconds: 3_600 };
/** What a client's made-up tokens are counted as together, so that they add one row and not one each. */
const NOT_OURS = 'not ours';

/**
 * What the unsubscribe link of a mail that is not transactional leads to. Opening it changes nothing, as scanners open
 * links too. A POST ends the mail: by the page's button, or by the mail client's one click (RFC 8058), which brings a
 * body of its own that says nothing new, and no cookie or other context. The page that says so has a button to take it back:
 * whoever was forwarded the mail has the link, too, and presses the wrong one.
 */
export function unsubscribePage({ env }: AccountsConfig, events: Events): Route[] {
  return [
    ...pageOf(unsubscribing, resubscribing, env.LINK_KEY, events),
    ...pageOf(resubscribing, unsubscribing, env.LINK_KEY, events),
  ];
}

/** @param opposite what the page offers when it is done */
function pageOf(act: Act, opposite: Act, key: AccountsConfig['env']['LINK_KEY'], events: Events): Route[] {
  const own = { path: act.path, tags: ['pages'], auth: 'none' as const, hidden: true, responses: htmlAnswer };
  const query = z.object({ token: tokenField });
  const ours = (token: string) => readUnsubscribeToken(key, token) !== undefined;
  const read = (token: string): Unsubscription => {
    const wanted = readUnsubscribeToken(key, token);
    if (!wanted) throw LinkInvalid.error();
    return wanted;
  };
  return [
    defineRoute({
      ...own,
      method: 'get',
      operationId: act.operations[0],
      summary: act.summaries[0],
      query,
      handle: ({ query: { token }, context }) => {
        const reader = readerOf(context);
        const { title, effect } = act.texts(reader);
        return explained(reader, async () => {
          read(token);
          return page(reader, { status: 200, title, content: `${paragraph(effect)}\n${button(act, reader, token)}` });
        });
      },
    }),
    defineRoute({
      ...own,
      method: 'post',
      operationId: act.operations[1],
      summary: act.summaries[1],
      query,
      limits: [
        PER_CLIENT,
        {
          ...act.perLink,
          per: ({ query: { token }, address }) => (ours(token) ? token : `${NOT_OURS} ${addressSite(address)}`),
        },
      ],
      handle: ({ query: { token }, context, transaction }) => {
        const reader = readerOf(context);
        const { doneTitle, done } = act.texts(reader);
        const { traceparent } = context;
        return explained(reader, async () => {
          const data = toEvent(read(token));
          return transaction(async (tx) => {
            await events.dispatch(tx, act.event, data, { subject: data.recipient, traceparent });
            const content = `${paragraph(done)}\n${button(opposite, reader, token)}`;
            return page(reader, { status: 200, title: doneTitle, content });
          });
        });
      },
    }),
  ];
}

function button(act: Act, reader: Reader, token: string): string {
  const action = `${act.path}?token=${encodeURIComponent(token)}`;
  return linkForm(reader, action, token, { button: act.texts(reader).button });
}

function toEvent({ recipient, mail }: Unsubscription) {
  return { recipient: Buffer.from(recipient).toString('base64url'), mail };
}
