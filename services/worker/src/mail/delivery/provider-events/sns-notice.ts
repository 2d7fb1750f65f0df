import { z } from 'zod';
import type { Notice } from './notice.ts';

/** What SNS itself puts into a queue that is subscribed to a topic (SNS developer guide, "Parsing message formats"). */
const subscription = z.object({
  Type: z.enum(['SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  TopicArn: z.string().optional(),
});
/** What SES says through a topic when it was set up for an identity. */
const setUp = z.object({ notificationType: z.literal('AmazonSnsSubscriptionSucceeded') });
/** The same for event publishing, in plain text. */
const VALIDATED = /^Successfully validated SNS topic for Amazon SES\b/;

/**
 * What a message says of the way that news comes by, where it is not news of a mail: the topic was set up, its subscription has to be
 * confirmed or has ended. Undefined for anything else. The link that confirms holds a secret and is left out.
 */
export function readSnsNotice({ outer, inner, text }: Notice): string | undefined {
  const confirmation = subscription.safeParse(outer);
  if (confirmation.success) {
    const { Type, TopicArn = 'a topic that it does not name' } = confirmation.data;
    return Type === 'SubscriptionConfirmation'
      ? `the subscription to ${TopicArn} has to be confirmed: ask SNS to confirm it again, and follow its SubscribeURL`
      : `the subscription to ${TopicArn} has ended: no more events come from it`;
  }
  const isSetUp = VALIDATED.test(text) || setUp.safeParse(inner).success;
  return isSetUp ? 'the topic is set up: events will come from it' : undefined;
}
