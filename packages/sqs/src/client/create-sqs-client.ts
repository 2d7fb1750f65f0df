import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { JsonCallOptions } from './json-call.ts';
import { RECEIVE_TIMEOUT_MS, REQUEST_TIMEOUT_MS } from './timeouts.ts';

export interface SqsClientOptions {
  region: string;
  /** Address of an SQS that is not AWS's (fauxqs, ElasticMQ). Queue URLs then name queues only, not hosts. */
  endpoint?: string | undefined;
  /** Without it the SDK's own chain decides: environment, profile, role. */
  credentials?: SQSClientConfig['credentials'] | undefined;
  /**
   * Most connections at a time. Each open poll holds one for up to 20 s, and a call that finds none waits without
   * any limit of time: so, at least all pollers of all queues plus 10 for sends, acks and heartbeats.
   */
  maxSockets?: number;
}

/**
 * An SQS client that cannot hang: every call has a time limit that ends it (the SDK by itself only warns), connections
 * are kept alive, and there are enough of them.
 *
 * MD5 checks of bodies are off: TLS and TCP already detect damage, and the check costs a hash a message on both ends.
 */
export function createSqsClient({ region, endpoint, credentials, maxSockets = 64 }: SqsClientOptions): SQSClient {
  const httpAgent = new HttpAgent({ keepAlive: true, maxSockets });
  const httpsAgent = new HttpsAgent({ keepAlive: true, maxSockets });
  const client = new SQSClient({
    region,
    md5: false,
    maxAttempts: 3,
    // A server in a container names its queues by a host that the caller may not know.
    ...(endpoint ? { endpoint, useQueueUrlAsEndpoint: false } : {}),
    ...(credentials ? { credentials } : {}),
    requestHandler: new NodeHttpHandler({
      connectionTimeout: 3_000,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      // Idle time on the wire: also ends an answer that stops in its middle, which requestTimeout does not see.
      socketTimeout: RECEIVE_TIMEOUT_MS + REQUEST_TIMEOUT_MS,
      httpAgent,
      httpsAgent,
    }),
  });
  connections.set(client, { region, endpoint, credentials: () => client.config.credentials(), httpAgent, httpsAgent });
  return client;
}

const connections = new WeakMap<SQSClient, JsonCallOptions>();

/** What the engine needs to make its hot calls itself; undefined for a client that somebody else made. */
export function connectionOf(client: SQSClient): JsonCallOptions | undefined {
  return connections.get(client);
}
