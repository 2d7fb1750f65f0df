import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** What a dead-letter queue held when a command began, and when that was. */
export interface StartingPoint {
  /** Letters, about: SQS counts them eventually. */
  letters: number;
  /** Those of them that somebody holds. */
  held: number;
  /** By the clock of SQS itself, which dates the letters, the latest that it can have been; undefined when its answer has no date. */
  at: Date | undefined;
  /** The earliest that it can have been: what is dated later may have come since, and is not among those counted. */
  notBefore: Date | undefined;
}

const COUNTS = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const;

/** An answer's `Date` (RFC 9110, 6.6.1) is in whole seconds, and servers make it once a second: so far may it be behind. */
const DATE_LAG_MS = 2_000;

/** Asks for both with one call. */
export async function startingPoint(client: SQSClient, url: string): Promise<StartingPoint> {
  let date: string | undefined;
  const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...COUNTS] });
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      date = (result.response as { headers?: Record<string, string> }).headers?.date;
      return result;
    },
    { step: 'deserialize', name: 'dateOfTheAnswer' },
  );
  const { Attributes = {} } = await client.send(command);
  const letters = COUNTS.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
  const second = date === undefined ? Number.NaN : Date.parse(date);
  const held = Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0);
  if (Number.isNaN(second)) return { letters, held, at: undefined, notBefore: undefined };
  return { letters, held, at: new Date(second + DATE_LAG_MS), notBefore: new Date(second) };
}
