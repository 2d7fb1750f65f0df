import { expect, test } from 'vitest';
import { openNotice } from './notice.ts';
import { readSnsNotice } from './sns-notice.ts';

const TopicArn = 'arn:aws:sns:eu-central-1:123456789012:ses-events';
const wrap = (Message: string) => JSON.stringify({ Type: 'Notification', TopicArn, Message });
const succeeded = JSON.stringify({
  notificationType: 'AmazonSnsSubscriptionSucceeded',
  message: "You have successfully subscribed your Amazon SNS topic to receive 'Bounce' notifications from Amazon SES",
});

test.each([
  ['a subscription to be confirmed', 'has to be confirmed', { Type: 'SubscriptionConfirmation', TopicArn, Token: 't' }],
  ['a subscription that ended', 'has ended', { Type: 'UnsubscribeConfirmation', TopicArn, Token: 't' }],
])('%s is reported with its topic and without the secret that confirms it', (_what, words, message) => {
  const notice = readSnsNotice(
    openNotice(JSON.stringify({ ...message, SubscribeURL: 'https://sns.example/?Token=secret' })),
  );
  expect(notice).toContain(words);
  expect(notice).toContain(TopicArn);
  expect(notice).not.toContain('secret');
});

test.each([
  ['raw', 'Successfully validated SNS topic for Amazon SES event publishing.'],
  ['wrapped', wrap('Successfully validated SNS topic for Amazon SES event publishing.')],
  ['as a notification, raw', succeeded],
  ['as a notification, wrapped', wrap(succeeded)],
])('a topic that was set up is reported: %s', (_how, body) => {
  expect(readSnsNotice(openNotice(body))).toContain('is set up');
});

test.each(['', '{', 'null', '{"notificationType":"Bounce"}', wrap('{"notificationType":"Delivery"}'), wrap('hello')])(
  'anything else is none: %s',
  (body) => {
    expect(readSnsNotice(openNotice(body))).toBeUndefined();
  },
);
