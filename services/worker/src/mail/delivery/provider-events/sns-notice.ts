import { z } from 'zod';

/** What SNS itself puts into a queue that is subscribed to a topic (SNS developer guide, "Parsing message formats"). */
const subscription = z.object({
  Type: z.enum(['SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  TopicArn: z.string().optional(),
});
/** What SES says through a topic when it was set up for an identity. */
const setUp = z.object({ notificationType: z.literal('AmazonSnsSubscriptionSucceeded') });
/** The same for event publishing, in plain text. */
const VALIDATED = /^Successfully validated SNS topic for Amazon SES\b/;
const wrapped = z.object({ Type: z.literal('Notification'), Message: z.string(), TopicArn: z.string().optional() });

/**
 * What a message says of the way that news comes by, where it is no news of a mail: the topic was set up, its subscription has to be
 * confirmed or has ended. Undefined for anything else. The link that confirms holds a secret and is left out.
 */
export function readSnsNotice(body: string): string | undefined {
  const outer = parse(body);
  const confirmation = subscription.safeParse(outer);
  if (confirmation.success) {
    const { Type, TopicArn = 'a topic that it does not name' } = confirmation.data;
    return Type === 'SubscriptionConfirmation'
      ? `the subscription to ${TopicArn} has to be confirmed: ask SNS to confirm it again, and follow its SubscribeURL`
      : `the subscription to ${TopicArn} has ended: no more events come from it`;
  }
  const notification = wrapped.safeParse(outer);
  const text = notification.success ? notification.data.Message : body;
  if (VALIDATED.test(text) || setUp.safeParse(parse(text)).success)
    return 'the topic is set up: events will come from it';
  return undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
