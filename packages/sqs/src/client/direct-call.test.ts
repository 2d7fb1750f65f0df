import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { callsInProgress, type TracedCall } from './call-tracing.ts';
import { agentsOf, createSqsClient, type SqsClientOptions } from './create-sqs-client.ts';
import { type Agents, DirectCall, SqsCallError } from './direct-call.ts';
import { toSqsApi } from './to-sqs-api.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, count: number) => void;

let close: (() => void) | undefined;
afterEach(() => close?.());

/** The engine's port against a server that answers as told. */
async function against(answer: Answer, options: Partial<SqsClientOptions> = {}) {
  let count = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => answer(request, response, ++count));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createSqsClient({
    region: 'us-east-1',
    endpoint,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    // None of what is tested is late but by the machine's doing.
    requestTimeoutMs: 120_000,
    ...options,
  });
  close = () => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  };
  return { api: toSqsApi(client), client, calls: () => count };
}

const url = 'http://sqs/0/q';

describe('A call to SQS', () => {
  test('reports which error SQS answered with', async () => {
    const { api } = await against((_, response) => {
      response.writeHead(400).end('{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no such queue"}');
    });
    const error = await api.deleteBatch(url, ['r']).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(SqsCallError);
    expect(error).toMatchObject({
      name: 'QueueDoesNotExist',
      message: 'no such queue',
      $metadata: { httpStatusCode: 400 },
    });
  });

  test.each([
    ...['{"Messages":[null]}', '{"Messages":{}}', '{"Messages":[{"Body":1}]}', 'null', '{'],
    ...['{"Messages":[{"Attributes":null}]}', '{"Messages":[{"MessageAttributes":{"a":{"StringValue":1}}}]}'],
  ])('fails when messages are answered that are none: %s', async (text) => {
    const { api } = await against((_, response) => void response.writeHead(200).end(text));
    await expect(api.receive(url, { max: 1, waitSeconds: 0, visibilitySeconds: 1 })).rejects.toThrow();
  });

  test.each(['{}', '{"Messages":null}'])('has no messages where the answer is %s', async (text) => {
    const { api } = await against((_, response) => void response.writeHead(200).end(text));
    expect(await api.receive(url, { max: 1, waitSeconds: 0, visibilitySeconds: 1 })).toEqual([]);
  });

  test('ends an answer that has no end', async () => {
    const part = 'x'.repeat(1024 * 1024);
    const { client } = await against((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(part));
      };
      response.writeHead(200).on('drain', more);
      more();
    });
    // With time for all of it: a busy machine takes longer for 64 MB than a call may.
    const call = new DirectCall(client, agentsOf(client) as Agents).send(
      'DeleteMessageBatch',
      { QueueUrl: url },
      { timeoutMs: 600_000 },
    );
    await expect(call).rejects.toThrow('more than SQS has to say');
  });

  test("says the status where the answer is not SQS's", async () => {
    const { api } = await against((_, response) => response.writeHead(502).end('<html>bad gateway</html>'));
    await expect(api.deleteBatch(url, ['r'])).rejects.toMatchObject({ name: 'Http502' });
  });

  test.each([
    ['is empty', ''],
    ['is of a proxy', '{}'],
    ['names some of them alone', '{"Successful":[{"Id":"0"}],"Failed":[]}'],
  ])('has what its answer leaves out sent again, where that %s', async (_what, text) => {
    const { api } = await against((_, response) => response.end(text));
    const entries = ['a', 'b', 'c'].map((body) => ({ body, attributes: {} }));
    const left = text.includes('Id') ? [1, 2] : [0, 1, 2];
    const unconfirmed = left.map((index) => ({ index, code: 'Unconfirmed', message: expect.any(String) }));
    expect(await api.sendBatch(url, entries)).toEqual(unconfirmed);
    expect(await api.deleteBatch(url, ['a', 'b', 'c'])).toEqual(unconfirmed);
  });

  test('is made again when a kept-alive connection was closed under it', async () => {
    const { api, calls } = await against((request, response, count) => {
      // The second one uses the first one's connection again.
      if (count === 2) request.socket.destroy();
      else response.end('{}');
    });
    await api.deleteBatch(url, ['r']);
    await api.deleteBatch(url, ['r']);
    expect(calls()).toBe(3);
  });

  test("is made again by the server's clock when ours is wrong", async () => {
    const dates: unknown[] = [];
    const { api } = await against((request, response, count) => {
      dates.push(request.headers['x-amz-date']);
      const date = 'Wed, 01 Jan 2031 10:00:00 GMT';
      if (count === 1)
        response.writeHead(403, { date }).end('{"__type":"com.amazon.coral.service#InvalidSignatureException"}');
      else response.end('{}');
    });
    await api.deleteBatch(url, ['r']);
    expect(dates[1]).toMatch(/^20310101T10000\dZ$/);
  });

  test('ends when its signal is aborted', async () => {
    const arrived = Promise.withResolvers<void>();
    const { api } = await against(() => arrived.resolve());
    const stop = new AbortController();
    const receive = api.receive(url, { max: 1, waitSeconds: 20, visibilitySeconds: 30, signal: stop.signal });
    const failure = receive.catch((error: unknown) => error);
    await arrived.promise;
    stop.abort(new Error('over'));
    expect(await failure).toMatchObject({ message: 'over' });
  });

  test('that gets no answer ends after its time', async () => {
    const { client } = await against(() => {});
    const direct = new DirectCall(client, agentsOf(client) as Agents);
    const call = direct.send('ReceiveMessage', { QueueUrl: url }, { timeoutMs: 50 });
    await expect(call).rejects.toMatchObject({
      name: 'TimeoutError',
      message: 'ReceiveMessage had no answer within 50 ms',
    });
  });

  test("fails with the network's error when nobody listens", async () => {
    const { api } = await against(() => {});
    close?.();
    await expect(api.deleteBatch(url, ['r'])).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test("has SQS's id of the request in its error, as the SDK's errors do", async () => {
    const { api } = await against((_, response) => {
      response
        .writeHead(400, { 'x-amzn-requestid': 'b2f1' })
        .end('{"__type":"x#QueueDoesNotExist","message":"no such queue"}');
    });
    await expect(api.deleteBatch(url, ['r'])).rejects.toMatchObject({
      message: 'no such queue (request b2f1)',
      $metadata: { httpStatusCode: 400, requestId: 'b2f1' },
    });
  });

  test("names itself as the SDK does, and is signed with the credentials' session token", async () => {
    const seen: IncomingMessage['headers'][] = [];
    const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'a-token==' };
    const { api } = await against(
      (request, response) => {
        seen.push(request.headers);
        response.end('{}');
      },
      { region: 'eu-central-1', credentials },
    );
    await api.deleteBatch(url, ['r']);
    expect(seen[0]).toMatchObject({
      'user-agent': expect.stringMatching(/^aws-sdk-js\/3.*api\/sqs/),
      'x-amz-security-token': 'a-token==',
      'x-amz-target': 'AmazonSQS.DeleteMessageBatch',
      authorization: expect.stringMatching(/Credential=AKID\/\d{8}\/eu-central-1\/sqs\/aws4_request/),
    });
  });

  test('is signed again with credentials that were renewed', async () => {
    const used: unknown[] = [];
    let now = 0;
    const credentials = async () => ({
      accessKeyId: `AKID${now++}`,
      secretAccessKey: 'secret',
      // Expired by the next call: the SDK renews what ends within five minutes.
      expiration: new Date(Date.now() + 1_000),
    });
    const { api } = await against(
      (request, response) => {
        used.push(/Credential=(\w+)/.exec(request.headers.authorization ?? '')?.[1]);
        response.end('{}');
      },
      { credentials },
    );
    await api.deleteBatch(url, ['r']);
    await api.deleteBatch(url, ['r']);
    expect(new Set(used).size).toBe(2);
  });

  test('notifies tracers of its beginning and end, and accepts a header from them', async () => {
    const traces: unknown[] = [];
    const { api } = await against((request, response) => {
      traces.push(request.headers.traceparent);
      response.writeHead(200, { 'x-amzn-requestid': 'b2f1' }).end('{}');
    });
    const ended: TracedCall[] = [];
    const tracer = {
      start: (call: TracedCall) => {
        call.headers.traceparent = '00-trace';
      },
      asyncEnd: (call: TracedCall) => void ended.push(call),
    };
    callsInProgress.subscribe(tracer as never);
    try {
      await api.deleteBatch(url, ['r']);
    } finally {
      callsInProgress.unsubscribe(tracer as never);
    }
    expect(traces).toEqual(['00-trace']);
    expect(ended).toMatchObject([{ action: 'DeleteMessageBatch', queueUrl: url, requestId: 'b2f1' }]);
  });

  test("is the SDK's own where that is asked for", async () => {
    const seen: unknown[] = [];
    const { api } = await against(
      (request, response) => {
        seen.push(request.headers['amz-sdk-request']);
        response.setHeader('content-type', 'application/x-amz-json-1.0').end('{"Successful":[]}');
      },
      { calls: 'sdk' },
    );
    await api.deleteBatch(url, ['r']);
    expect(seen).toEqual(['attempt=1; max=3']);
  });

  test('goes through the proxy that the environment names, when Node is to use it', async () => {
    const asked: unknown[] = [];
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    const proxy = createServer((request, response) => {
      asked.push(request.url);
      request.resume().on('end', () => response.end('{}'));
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
    vi.stubEnv('NO_PROXY', '');
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    const client = createSqsClient({ region: 'us-east-1', endpoint: 'http://sqs.example.test', credentials });
    close = () => {
      client.destroy();
      proxy.closeAllConnections();
      proxy.close();
      vi.unstubAllEnvs();
    };
    await toSqsApi(client).deleteBatch(url, ['r']);
    expect(asked).toEqual(['http://sqs.example.test/']);
  });
});
