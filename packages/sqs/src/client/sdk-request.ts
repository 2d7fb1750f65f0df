import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SqsAction } from './sqs-call.ts';

/** What the SDK's client puts into each of its requests. */
export interface SdkRequest {
  secure: boolean;
  hostname: string;
  port: number | undefined;
  path: string;
  /** The headers of a call, signed by the SDK's own signer with the client's credentials, which it renews. */
  sign(
    action: SqsAction,
    body: string,
    options: { headers: Record<string, string>; date: Date },
  ): Promise<Record<string, string>>;
}

interface HttpRequest {
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
  headers: Record<string, string>;
}

interface Signer {
  sign(request: object, options: { signingDate: Date }): Promise<{ headers: Record<string, string> }>;
}

/**
 * Asks a client where it would send a call: its own rules decide of region, profile, endpoint, FIPS and dual stack (environment, shared
 * configuration and code alike), and of the user agent. Nothing is sent.
 *
 * @throws what the SDK says of a region that it cannot find
 */
export async function sdkRequest(client: SQSClient): Promise<SdkRequest> {
  const { protocol, hostname, port, path, headers } = await unsentRequest(client);
  const signer = await signerOf(client);
  const host = port === undefined ? hostname : `${hostname}:${port}`;
  const same = { method: 'POST', protocol, hostname, path, query: {}, ...(port === undefined ? {} : { port }) };
  const always = { 'content-type': 'application/x-amz-json-1.0', host, 'user-agent': headers['user-agent'] ?? '' };
  return {
    secure: protocol === 'https:',
    hostname,
    port,
    path,
    async sign(action, body, { headers: further, date }) {
      const own = { ...further, ...always, 'x-amz-target': `AmazonSQS.${action}` };
      const signed = await signer.sign({ ...same, headers: own, body }, { signingDate: date });
      signed.headers['content-length'] = String(Buffer.byteLength(body));
      return signed.headers;
    },
  };
}

async function unsentRequest(client: SQSClient): Promise<HttpRequest> {
  let request: HttpRequest | undefined;
  const command = new GetQueueAttributesCommand({ QueueUrl: 'none' });
  command.middlewareStack.add(
    () => async (args) => {
      request = args.request as HttpRequest;
      return { response: {}, output: { $metadata: {} } };
    },
    // After the step in which the client names itself, before the one that signs.
    { step: 'build', priority: 'low', name: 'unsentRequest' },
  );
  await client.send(command);
  if (!request) throw new Error('the SDK made no request');
  return request;
}

async function signerOf(client: SQSClient): Promise<Signer> {
  const signingRegion = await client.config.region();
  const scheme = { name: 'sigv4', signingName: 'sqs', signingRegion, properties: {} };
  return (await client.config.signer(scheme)) as Signer;
}
