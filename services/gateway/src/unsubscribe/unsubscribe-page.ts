import { MailUnsubscribed, readUnsubscribeToken, type Unsubscription } from '@postern/events';
import { z } from 'zod';
import type { AccountsConfig } from '../accounts/config.ts';
import { explained, linkForm, tokenField } from '../accounts/links/link-page.ts';
import { LinkInvalid } from '../accounts/links/link-problems.ts';
import { addressSite } from '../http/read-address.ts';
import { defineRoute, type Route } from '../http/route.ts';
import type { Events } from '../outbox/event-publisher.ts';
import { htmlAnswer, page, paragraph, readerOf } from '../pages/page.ts';

const path = '/unsubscribe';
/**
 * A link never expires; whoever has it may end the mail once more, and need not do so often. Counted by client first: mail
 * providers make the one click for many people from a few addresses.
 */
const PER_CLIENT = { name: 'unsubscribe', per: 'address' as const, max: 1_000, windowSeconds: 3_600 };
const PER_LINK = { name: 'unsubscribe-link', max: 20, windowSeconds: 3_600 };
/** What a client's made-up tokens are counted as together, so that they add one row and not one each. */
const NOT_OURS = 'not ours';

/**
 * What the unsubscribe link of a mail that is not transactional leads to. Opening it changes nothing, as scanners open
 * links too. A POST ends the mail: by the page's button, or by the mail client's one click (RFC 8058), which brings a
 * body of its own that says nothing new, and no cookie or other context.
 */
export function unsubscribePage({ env }: AccountsConfig, events: Events): Route[] {
  const own = { path, tags: ['pages'], auth: 'none' as const, hidden: true, responses: htmlAnswer };
  const query = z.object({ token: tokenField });
  const ours = (token: string) => readUnsubscribeToken(env.LINK_KEY, token) !== undefined;
  const read = (token: string): Unsubscription => {
    const wanted = readUnsubscribeToken(env.LINK_KEY, token);
    if (!wanted) throw LinkInvalid.error();
    return wanted;
  };
  return [
    defineRoute({
      ...own,
      method: 'get',
      operationId: 'showUnsubscribe',
      summary: 'Asks before ending a mail',
      query,
      handle: ({ query: { token }, context }) => {
        const reader = readerOf(context);
        const { title, effect, button } = reader.t.unsubscribe;
        return explained(reader, async () => {
          read(token);
          const form = linkForm(reader, `${path}?token=${encodeURIComponent(token)}`, token, { button });
          return page(reader, { status: 200, title, content: `${paragraph(effect)}\n${form}` });
        });
      },
    }),
    defineRoute({
      ...own,
      method: 'post',
      operationId: 'submitUnsubscribe',
      summary: 'Ends a mail for its recipient',
      query,
      limits: [
        PER_CLIENT,
        {
          ...PER_LINK,
          per: ({ query: { token }, address }) => (ours(token) ? token : `${NOT_OURS} ${addressSite(address)}`),
        },
      ],
      handle: ({ query: { token }, context, transaction }) => {
        const reader = readerOf(context);
        const { doneTitle, done } = reader.t.unsubscribe;
        const { traceparent } = context;
        return explained(reader, async () => {
          const data = toEvent(read(token));
          return transaction(async (tx) => {
            await events.dispatch(tx, MailUnsubscribed, data, { subject: data.recipient, traceparent });
            return page(reader, { status: 200, title: doneTitle, content: paragraph(done) });
          });
        });
      },
    }),
  ];
}

function toEvent({ recipient, mail }: Unsubscription) {
  return { recipient: Buffer.from(recipient).toString('base64url'), mail };
}
