import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { RequestSigner, type SignedCall } from './request-signer.ts';

/** What the SDK's client puts into each of its requests. */
export interface SdkRequest {
  secure: boolean;
  hostname: string;
  port: number | undefined;
  path: string;
  /** The headers of a call in a row, name and value by turns, signed with the client's credentials, which the SDK renews. */
  headers(call: SignedCall, further: Readonly<Record<string, string>>): Promise<string[]>;
}

interface HttpRequest {
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
  headers: Record<string, string>;
}

/**
 * Asks a client where it would send a call: its own rules decide of region, profile, endpoint, FIPS and dual stack (environment, shared
 * configuration and code alike), and of the user agent. Nothing is sent.
 *
 * @throws what the SDK says of a region that it cannot find
 */
export async function sdkRequest(client: SQSClient): Promise<SdkRequest> {
  const { protocol, hostname, port, path, headers } = await unsentRequest(client);
  const host = port === undefined ? hostname : `${hostname}:${port}`;
  const signer = new RequestSigner({ host, path, region: await client.config.region() });
  const agent = headers['user-agent'] ?? '';
  return {
    secure: protocol === 'https:',
    // The SDK writes an IPv6 address as URLs do, which nobody would look up.
    hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
    port,
    path,
    async headers(call, further) {
      const length = String(Buffer.byteLength(call.body));
      const row = ['user-agent', agent, 'content-length', length];
      const signed = signer.sign(call, await client.config.credentials());
      for (const name in signed) row.push(name, signed[name] as string);
      for (const name in further) row.push(name, further[name] as string);
      return row;
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
