import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** Whether somebody has a right to a queue: `('ReceiveMessage', 'postern-mail')`. */
export type Allows = (action: string, queue: string) => boolean;

export interface SqsByRights extends AsyncDisposable {
  url: string;
  /** Calls that were made and those that were refused: `ReceiveMessage postern-mail`. */
  readonly made: Set<string>;
  readonly refused: Set<string>;
}

/** An SQS that refuses what somebody has no right to, as AWS does, in front of one that answers everything. */
export async function sqsByRights(endpoint: string, allows: Allows): Promise<SqsByRights> {
  const [made, refused] = [new Set<string>(), new Set<string>()];
  const answer = async (incoming: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(incoming);
    const { QueueUrl = '', QueueName = '' } = JSON.parse(body.toString()) as { QueueUrl?: string; QueueName?: string };
    const queue = QueueName || (QueueUrl.split('/').at(-1) ?? '');
    // IAM has one action for a call and its batch.
    const action = String(incoming.headers['x-amz-target'])
      .replace(/^AmazonSQS\./, '')
      .replace(/Batch$/, '');
    made.add(`${action} ${queue}`);
    if (allows(action, queue)) return pass(endpoint, incoming, body, response);
    refused.add(`${action} ${queue}`);
    const message = `User is not authorized to perform: sqs:${action.toLowerCase()} on resource: ${queue}`;
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-query-error': 'AccessDenied;Sender' };
    response.writeHead(403, headers).end(JSON.stringify({ __type: 'com.amazon.coral.service#AccessDenied', message }));
  };
  const server = createServer((incoming, response) => {
    answer(incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    ...{ made, refused, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    [Symbol.asyncDispose]: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function pass(
  endpoint: string,
  { method, headers, url }: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): void {
  const { host } = new URL(endpoint);
  const outgoing = request(new URL(url ?? '/', endpoint), { method, headers: { ...headers, host } }, (answered) => {
    response.writeHead(answered.statusCode ?? 502, answered.headers);
    answered.pipe(response);
  });
  outgoing.on('error', () => response.destroy());
  response.on('close', () => outgoing.destroy());
  outgoing.end(body);
}
