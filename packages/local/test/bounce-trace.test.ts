import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { Run, runStart, temporaryHome } from './run-start.ts';

const PASSWORD = 'violet tractor swims 41 miles';
/** As a load balancer gives it. */
const REQUEST = 'lb-7f3e9c41-support';
const WAIT = { timeout: 120_000, interval: 1_000 };

/** Takes every mail, and names it by an id of its own. */
async function startSes(): Promise<{ url: string; ids: string[] } & AsyncDisposable> {
  const ids: string[] = [];
  const server = createServer(async (request, response) => {
    await text(request);
    const answer = request.method === 'GET' ? { SendingEnabled: true } : { MessageId: `0102019a-ses-${ids.length}` };
    if (answer.MessageId !== undefined) ids.push(answer.MessageId);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `ses://eu-central-1?endpoint=${encodeURIComponent(endpoint)}`,
    ids,
    [Symbol.asyncDispose]: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** What SES says of a mailbox that is not there, by way of SNS and its queue. */
async function bounce(sqs: string, messageId: string, emailAddress: string): Promise<void> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SQSClient({ endpoint: sqs, useQueueUrlAsEndpoint: false, region: 'us-east-1', credentials });
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: 'postern-provider-events' }));
  const bouncedRecipients = [{ emailAddress, status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 user unknown' }];
  const notification = {
    notificationType: 'Bounce',
    mail: { messageId, headers: [{ name: 'Message-ID', value: `<${messageId}@eu-central-1.amazonses.com>` }] },
    bounce: { bounceType: 'Permanent', bounceSubType: 'General', feedbackId: 'feedback-1', bouncedRecipients },
  };
  const wrapped = { Type: 'Notification', MessageId: 'sns-1', Message: JSON.stringify(notification) };
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(wrapped) }));
  client.destroy();
}

test('the id of a sign-up’s request and the one that SES gave its mail lead to one time line, from the request to the bounce', async () => {
  await using ses = await startSes();
  using home = temporaryHome();
  await using run = runStart(home.path, [], {
    SMTP_URL: ses.url,
    WORKER_QUEUES: 'events,mail,jobs,provider-events',
  });
  const { urls } = await run.ready;
  const trace = async (id: string) => {
    await using command = new Run('postern', ['worker', 'trace', id, '--json'], { POSTERN_HOME: home.path });
    await command.exited;
    const { moments } = JSON.parse(command.stdout) as { moments: { part: string; what: string }[] };
    return moments.map((moment) => ({ ...moment, line: `${moment.part}: ${moment.what}` }));
  };

  const signUp = await fetch(`${urls.gateway}/v1/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': REQUEST },
    body: JSON.stringify({
      ...{ email: 'gone@mail.test', password: PASSWORD, password_confirmation: PASSWORD },
      ...{ first_name: 'Annabel', last_name: 'Traced' },
    }),
  });
  expect(signUp.status).toBe(201);
  await expect.poll(() => ses.ids, WAIT).toHaveLength(1);
  const [id = ''] = ses.ids;
  await bounce(urls.sqs ?? '', id, 'gone@mail.test');
  await expect.poll(async () => (await trace(REQUEST)).at(-1)?.line, WAIT).toMatch(/^mail: verification bounced: /);

  const whole = await trace(REQUEST);
  const places = [
    /^request: register success$/,
    /^published: an event was written/,
    /^handled: by send-verification$/,
    new RegExp(`^mail: verification accepted: .*SES ${id}`),
    /^suppression: its recipient gets no mail any more \(bounced\), by provider: Permanent General: 5\.1\.1 /,
    /^mail: verification bounced: Permanent General: 5\.1\.1 /,
  ].map((pattern) => whole.findIndex(({ line }) => pattern.test(line)));
  expect(places).not.toContain(-1);
  // The listener's note may come after its mail has gone.
  const way = [places[0], ...places.slice(3)];
  expect(way).toEqual(way.toSorted((one = 0, other = 0) => one - other));
  expect(await trace(id)).toEqual(whole);
  expect(JSON.stringify(whole)).not.toContain('gone@');
});
