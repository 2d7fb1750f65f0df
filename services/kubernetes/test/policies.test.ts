import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OWN_QUEUES, QUEUES, queueContents } from '@postern/events';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');

/** Calls of AWS in the sources of some folders, by the names of the API. */
function calls(...folders: string[]): Set<string> {
  const files = folders.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: ROOT }));
  const found = files
    .filter((file) => !/\.test\.ts$|\/testing\//.test(file))
    .flatMap((file) => [
      ...readFileSync(join(ROOT, file), 'utf8').matchAll(
        /new ([A-Z]\w+)Command\(|'((?:Send|Receive|Delete|Change)Message\w*)'/g,
      ),
    ]);
  return new Set(found.map(([, command, action]) => (command ?? action) as string));
}

/** IAM has one action for a call and its batch, and two for a mail: AWS asks for the second when the call brings MIME, as ours do. */
const ACTIONS: Record<string, string> = {
  SendMessage: 'sqs:SendMessage',
  SendMessageBatch: 'sqs:SendMessage',
  ReceiveMessage: 'sqs:ReceiveMessage',
  DeleteMessage: 'sqs:DeleteMessage',
  DeleteMessageBatch: 'sqs:DeleteMessage',
  ChangeMessageVisibility: 'sqs:ChangeMessageVisibility',
  ChangeMessageVisibilityBatch: 'sqs:ChangeMessageVisibility',
  GetQueueUrl: 'sqs:GetQueueUrl',
  GetQueueAttributes: 'sqs:GetQueueAttributes',
  PurgeQueue: 'sqs:PurgeQueue',
  GetAccount: 'ses:GetAccount',
};
/** Of the command that nodemailer is handed. */
const OF_MAILS = ['ses:SendEmail', 'ses:SendRawEmail'];
/** Of QUEUE_CREATE, which is off where roles are: queues are Terraform's there. */
const NOT_ALLOWED = new Set(['CreateQueue']);

function statements(name: string): { Action: string[]; Resource: string[] }[] {
  const text = readFileSync(join(ROOT, `services/aws/policies/${name}.json`), 'utf8');
  return (JSON.parse(text) as { Statement: ReturnType<typeof statements> }).Statement;
}

function policy(name: string): string[] {
  return statements(name).flatMap(({ Action }) => Action);
}

/** The queues, without their prefix, for which a policy allows an action. */
function queuesFor(name: string, action: string): string[] {
  const allowing = statements(name).filter(({ Action }) => Action.includes(action));
  return allowing.flatMap(({ Resource }) =>
    Resource.map((resource) => resource.replace(/^arn:aws:sqs:.*\$\{prefix\}/, '')),
  );
}
const dead = (queues: readonly string[]) => queues.map((queue) => `${queue}-dead`);

describe('rights in AWS', () => {
  it('cover every call that the code makes, and no other', () => {
    const made = [...calls('packages/sqs/src', 'packages/durable/src', 'services/gateway/src', 'services/worker/src')];
    const needed = made.filter((call) => !NOT_ALLOWED.has(call)).map((call) => ACTIONS[call] ?? `unknown: ${call}`);
    const given = ['gateway', 'worker', 'operator'].flatMap(policy);
    expect([...new Set(given)].sort()).toEqual([...new Set([...needed, ...OF_MAILS])].sort());
  });

  it('let the gateway send and look, and never receive', () => {
    expect(new Set(policy('gateway'))).toEqual(
      new Set(['sqs:GetQueueUrl', 'sqs:GetQueueAttributes', 'sqs:SendMessage']),
    );
  });

  it('let the gateway send what has happened, to the worker and to other teams, and order no mail and no job', () => {
    const ofEvents = QUEUES.filter((name) => queueContents[name] === 'events');
    expect(queuesFor('gateway', 'sqs:SendMessage')).toEqual([...ofEvents, 'for-*']);
  });

  it('let the worker receive from its queues and settle their dead letters, and send back and put aside what it received', () => {
    expect(queuesFor('worker', 'sqs:ReceiveMessage')).toEqual([...QUEUES, ...dead(QUEUES)]);
    expect(queuesFor('worker', 'sqs:DeleteMessage')).toEqual([...QUEUES, ...dead(QUEUES)]);
    expect(queuesFor('worker', 'sqs:SendMessage')).toEqual([...QUEUES, ...dead(QUEUES)]);
  });

  it('let an operator take dead letters, send them back, and nothing else', () => {
    expect(queuesFor('operator', 'sqs:ReceiveMessage')).toEqual(dead(QUEUES));
    expect(queuesFor('operator', 'sqs:SendMessage')).toEqual(QUEUES);
  });

  it('let the running services purge nothing', () => {
    expect([...policy('gateway'), ...policy('worker')]).not.toContain('sqs:PurgeQueue');
  });

  it('let KEDA see a backlog and nothing else', () => {
    expect(new Set(policy('keda'))).toEqual(new Set(['sqs:GetQueueAttributes', 'sqs:GetQueueUrl']));
    expect(queuesFor('keda', 'sqs:GetQueueAttributes')).toEqual(OWN_QUEUES);
  });

  it('make queues with the settings that the code makes them with', () => {
    const terraform = readFileSync(join(ROOT, 'services/aws/main.tf'), 'utf8');
    const code = readFileSync(join(ROOT, 'packages/sqs/src/client/open-queues.ts'), 'utf8');
    const number = (text: string, pattern: RegExp) => Number(pattern.exec(text)?.[1]);
    const dead = number(code, /DEAD_LETTER_RETENTION_SECONDS = (\d+) \* DAY_SECONDS/);
    const live = number(code, /\nconst RETENTION_SECONDS = (\d+) \* DAY_SECONDS/);
    expect(terraform).toContain(`message_retention_seconds = ${dead} * local.day`);
    expect(terraform).toContain(`message_retention_seconds = ${live} * local.day`);
    expect(number(terraform, /maxReceiveCount\s+= (\d+)/)).toBe(number(code, /MAX_RECEIVE_COUNT = (\d+)/));
  });
});
