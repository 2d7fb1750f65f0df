import { MailFeedbackReceived } from '@postern/events';
import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import type { Events } from '../outbox/event-publisher.ts';
import { type WebhookSignature, WebhookSignatureInvalid } from './webhook-signature.ts';

const { notice_id, kind, message_id, recipient, reason } = MailFeedbackReceived.schema.shape;

/**
 * A provider repeats what is refused, and some shut an endpoint off that goes on refusing: what a mail server said of whichever length,
 * and a recipient that is none, do not keep the report out.
 */
const body = z.strictObject({
  ...{ notice_id, kind, message_id },
  recipient: z.string().optional(),
  reason: z.string().default(''),
});

function eventOf({ recipient: named, reason: said, ...report }: z.output<typeof body>) {
  return {
    ...report,
    ...(recipient.safeParse(named).success && { recipient: named }),
    reason: said.slice(0, reason.maxLength ?? undefined).toWellFormed(),
  };
}

/**
 * Where providers of SMTP report bounces and complaints. What arrives is an event like any other: it is in the outbox
 * before the provider gets its answer, and the worker ties it to the ledger.
 */
export function mailFeedbackRoutes(signature: WebhookSignature, events: Events): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/v1/webhooks/mail-feedback',
      operationId: 'receiveMailFeedback',
      summary: 'Report what happened to a mail',
      description:
        'For mail providers: a delivery, bounce or complaint, signed as Standard Webhooks 1.0 specifies. A hard bounce or a complaint stops further mail to the address. Reporting the same twice does no harm.',
      tags: ['webhooks'],
      auth: 'none',
      verifyBody: (bytes, headers) => signature.check(bytes, headers),
      body,
      requestExample: {
        notice_id: 'evt_2N7v4n',
        kind: 'hard-bounce',
        message_id: '<0198c1f000007000800000000000000a@example.com>',
        recipient: 'ada@example.com',
        reason: '550 5.1.1 no such user',
      },
      responses: { 204: { description: 'Taken down.' } },
      problems: [WebhookSignatureInvalid],
      handle: async ({ body: feedback, context, transaction }) =>
        transaction(async (tx) => {
          const { traceparent } = context;
          await events.dispatch(tx, MailFeedbackReceived, eventOf(feedback), {
            subject: feedback.notice_id,
            traceparent,
          });
          return { status: 204 };
        }),
    }),
  ];
}
