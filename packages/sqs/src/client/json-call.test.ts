import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { connectionOf, createSqsClient } from './create-sqs-client.ts';
import { JsonCall, type JsonCallOptions, SqsCallError } from './json-call.ts';
import { toSqsApi } from './to-sqs-api.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, count: number) => void;

let close: (() => void) | undefined;
afterEach(() => close?.());

/** The engine's port against a server that answers as told. */
async function against(answer: Answer) {
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
  });
  close = () => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  };
  return { api: toSqsApi(client), connection: connectionOf(client) as JsonCallOptions, calls: () => count };
}

const url = 'http://sqs/0/q';

describe('A call to SQS', () => {
  test('says which error SQS answered with', async () => {
    const { api } = await against((_, response) => {
      response.writeHead(400).end('{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no such queue"}');
    });
    const error = await api.deleteBatch(url, ['r']).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(SqsCallError);
    expect(error).toMatchObject({ name: 'QueueDoesNotExist', message: 'no such queue', status: 400 });
  });

  test("says the status where the answer is not SQS's", async () => {
    const { api } = await against((_, response) => response.writeHead(502).end('<html>bad gateway</html>'));
    await expect(api.deleteBatch(url, ['r'])).rejects.toMatchObject({ name: 'Http502' });
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
    const { connection } = await against(() => {});
    const call = new JsonCall(connection).send('ReceiveMessage', url, {}, 50);
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
});
