import { GetQueueAttributesCommand, GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { type Check, errorMessage, type Finding, failure, ok, warning } from '@postern/runtime';
import { isMissing, queueNames } from './open-queues.ts';
import { lackingRights, REFUSED, type Right } from './queue-rights.ts';
import { SQS_LIMITS } from './sqs-api.ts';

/** The engine gives up after so many receives itself, with a reason; below it SQS is first, and has none. */
const MIN_RECEIVES = 60;
/** Mails may have so much; whatever else is stored to be sent has SQS's own limit. */
const MIN_BYTES = 256 * 1024;
const DAY_SECONDS = 86_400;

interface QueuesCheckOptions {
  prefix: string;
  /** Those that have to be there. */
  names: readonly string[];
  /** Missing ones are made when the service starts. */
  create: boolean;
  /** What the service does with a queue, and with its dead-letter queue. */
  rights: { queue: readonly Right[]; dead: readonly Right[] };
}

/** Each queue and its dead-letter queue: there, allowed, and with settings under which nothing is lost. */
export function queuesCheck(client: SQSClient, { prefix, names, create, rights }: QueuesCheckOptions): Check {
  return {
    subject: 'queues',
    run: async () => {
      const found = await Promise.all(names.map((name) => look(client, queueNames(prefix, name), { create, rights })));
      client.destroy();
      return found.flat();
    },
  };
}

async function look(
  client: SQSClient,
  { queue, dead }: { queue: string; dead: string },
  { create, rights }: Pick<QueuesCheckOptions, 'create' | 'rights'>,
) {
  const findings: Finding[] = [];
  const [own, letters] = [
    await settings(client, queue, { create, findings }),
    await settings(client, dead, { create, findings }),
  ];
  if (!own || !letters) return findings;
  findings.push(
    ...redrive(queue, own, letters),
    ...keeping(queue, own, letters),
    ...delivery(queue, own),
    ...sizes(queue, own, letters),
  );
  findings.push(...(await allowed(client, queue, rights.queue)), ...(await allowed(client, dead, rights.dead)));
  return findings.length > 0 ? findings : [ok(`queue ${queue}`, `${own.ApproximateNumberOfMessages ?? '?'} messages`)];
}

type Settings = Record<string, string>;

async function settings(
  client: SQSClient,
  name: string,
  { create, findings }: { create: boolean; findings: Finding[] },
): Promise<Settings | undefined> {
  const subject = `queue ${name}`;
  try {
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: name }));
    const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    return Attributes ?? {};
  } catch (error) {
    if (isMissing(error)) {
      findings.push(
        create
          ? warning(subject, 'does not exist', 'start a service, or restart one that runs: QUEUE_CREATE makes it then')
          : failure(
              subject,
              'does not exist',
              'create it (docs/running.md), or set QUEUE_CREATE=true where that is wanted',
            ),
      );
    } else if (REFUSED.test(`${error}`)) {
      const todo =
        'allow GetQueueUrl, GetQueueAttributes, SendMessage, ReceiveMessage, DeleteMessage and ChangeMessageVisibility on it';
      findings.push(failure(subject, `SQS refuses us: ${errorMessage(error)}`, todo));
    } else {
      const todo = 'check that SQS is reachable from here: SQS_ENDPOINT, AWS_REGION, credentials, the network';
      findings.push(failure(subject, `cannot be asked: ${errorMessage(error)}`, todo));
    }
    return undefined;
  }
}

async function allowed(client: SQSClient, name: string, rights: readonly Right[]): Promise<Finding[]> {
  const lacking = (await lackingRights(client, name, rights)).map((right) => `sqs:${right}`).join(', ');
  if (lacking === '') return [];
  return [
    failure(`queue ${name}`, `SQS refuses us ${lacking}`, `allow ${lacking} on it (services/aws/policies has all)`),
  ];
}

function redrive(queue: string, own: Settings, letters: Settings): Finding[] {
  const subject = `queue ${queue}`;
  const policy = JSON.parse(own.RedrivePolicy || '{}') as { deadLetterTargetArn?: string; maxReceiveCount?: number };
  const todo = `set RedrivePolicy to {"deadLetterTargetArn":"${letters.QueueArn}","maxReceiveCount":100}`;
  if (policy.deadLetterTargetArn === undefined) {
    return [failure(subject, 'has no redrive policy: a message that kills its consumer comes again for ever', todo)];
  }
  if (policy.deadLetterTargetArn !== letters.QueueArn) {
    return [failure(subject, `its dead letters go to ${policy.deadLetterTargetArn}, where nobody looks`, todo)];
  }
  if (Number(policy.maxReceiveCount) >= MIN_RECEIVES) return [];
  const what = `SQS gives messages up after ${policy.maxReceiveCount} receives, before the engine does and without a reason`;
  return [warning(subject, what, todo)];
}

function keeping(queue: string, own: Settings, letters: Settings): Finding[] {
  const [seconds, dead] = [Number(own.MessageRetentionPeriod), Number(letters.MessageRetentionPeriod)];
  const findings: Finding[] = [];
  if (dead <= seconds) {
    const what = `its dead letters are kept for ${days(dead)}, not longer than the queue's own messages (${days(seconds)}): one that comes late is gone at once`;
    findings.push(
      failure(`queue ${queue}`, what, 'set MessageRetentionPeriod of its dead-letter queue to 1209600 (14 days)'),
    );
  }
  if (seconds < DAY_SECONDS) {
    const what = `keeps messages for ${days(seconds)}: an outage of that length loses them`;
    findings.push(warning(`queue ${queue}`, what, 'set its MessageRetentionPeriod to 345600 (4 days)'));
  }
  return findings;
}

function delivery(queue: string, own: Settings): Finding[] {
  const delay = Number(own.DelaySeconds ?? 0);
  if (delay === 0) return [];
  return [warning(`queue ${queue}`, `holds every message back for ${delay} s`, 'set its DelaySeconds to 0')];
}

function sizes(queue: string, own: Settings, letters: Settings): Finding[] {
  const bytesOf = ({ MaximumMessageSize }: Settings) => Number(MaximumMessageSize ?? SQS_LIMITS.bytes);
  const [most, dead] = [bytesOf(own), bytesOf(letters)];
  const findings: Finding[] = [];
  if (most < SQS_LIMITS.bytes) {
    const what = `accepts messages of at most ${most} bytes: larger ones, and frames, are taken from their senders and then refused`;
    const todo = `set its MaximumMessageSize to ${SQS_LIMITS.bytes}, and its dead-letter queue's`;
    findings.push((most < MIN_BYTES ? failure : warning)(`queue ${queue}`, what, todo));
  }
  if (dead < most) {
    const what = `its dead-letter queue takes ${dead} bytes, less than it (${most}): a larger message that is given up comes again for ever`;
    findings.push(failure(`queue ${queue}`, what, `set MaximumMessageSize of its dead-letter queue to ${most}`));
  }
  return findings;
}

function days(seconds: number): string {
  return `${Math.round((seconds / DAY_SECONDS) * 10) / 10} days`;
}
