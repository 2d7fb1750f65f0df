import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Agents } from './direct-call.ts';
import { LONGEST_POLL_MS, REQUEST_TIMEOUT_MS } from './timeouts.ts';

export interface SqsClientOptions {
  /** Without it the SDK's own sources decide: `AWS_REGION`, the profile. */
  region?: string | undefined;
  /** Address of an SQS that is not AWS's (fauxqs, ElasticMQ). Queue URLs then name queues only, not hosts. */
  endpoint?: string | undefined;
  /** Without it the SDK's own chain decides: environment, profile, SSO, role. */
  credentials?: SQSClientConfig['credentials'] | undefined;
  /** FIPS and dual-stack endpoints of AWS; without it `AWS_USE_FIPS_ENDPOINT`, `AWS_USE_DUALSTACK_ENDPOINT` and the profile decide. */
  endpoints?: Pick<SQSClientConfig, 'useFipsEndpoint' | 'useDualstackEndpoint'>;
  /**
   * Most connections at a time. Each open poll holds one for up to 20 s, and a call that finds none waits without
   * any limit of time: so, at least all pollers of all queues plus 10 for sends, acks and heartbeats.
   */
  maxSockets?: number;
  /** `direct` (default): the calls that run all the time go straight onto the protocol; `sdk`: every call is the SDK's. */
  calls?: 'direct' | 'sdk' | undefined;
  /**
   * How long any call but a long poll may take, in milliseconds (default 5,000): tests of what is right have more, as a machine that stands still
   * for a while is not to blame for it.
   */
  requestTimeoutMs?: number;
}

/**
 * An SQS client that cannot hang: every call has a time limit that ends it (the SDK by itself only warns), connections
 * are kept alive, and there are enough of them. With `NODE_USE_ENV_PROXY=1` they go through the proxy that `HTTPS_PROXY`, `HTTP_PROXY`
 * and `NO_PROXY` name, as Node's own do.
 *
 * MD5 checks of bodies are off: TLS and TCP already detect damage, and the check costs a hash a message on both ends.
 */
export function createSqsClient(options: SqsClientOptions): SQSClient {
  const { region, endpoint, credentials, endpoints, maxSockets = 64, calls = 'direct' } = options;
  const { requestTimeoutMs = REQUEST_TIMEOUT_MS } = options;
  const proxy = process.env.NODE_USE_ENV_PROXY === '1' ? { proxyEnv: process.env } : {};
  const httpAgent = new HttpAgent({ keepAlive: true, maxSockets, ...proxy });
  const httpsAgent = new HttpsAgent({ keepAlive: true, maxSockets, ...proxy });
  const client = new SQSClient({
    md5: false,
    maxAttempts: 3,
    // Queues are the region's own, by the client's endpoint: a queue's URL names a host that is neither FIPS nor dual stack, and for a
    // server in a container one that the caller may not know.
    useQueueUrlAsEndpoint: false,
    ...endpoints,
    ...(region ? { region } : {}),
    ...(endpoint ? { endpoint } : {}),
    ...(credentials ? { credentials } : {}),
    requestHandler: new NodeHttpHandler({
      connectionTimeout: requestTimeoutMs * 0.6,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
      // Idle time on the wire: also ends an answer that stops in its middle, which requestTimeout does not see.
      socketTimeout: LONGEST_POLL_MS + 2 * requestTimeoutMs,
      httpAgent,
      httpsAgent,
    }),
  });
  timeouts.set(client, requestTimeoutMs);
  if (calls === 'direct') agents.set(client, { httpAgent, httpsAgent });
  return client;
}

const timeouts = new WeakMap<SQSClient, number>();

/** How long calls of the engine over a client may take but for a long poll, in milliseconds. */
export function requestTimeoutOf(client: SQSClient): number {
  return timeouts.get(client) ?? REQUEST_TIMEOUT_MS;
}

const agents = new WeakMap<SQSClient, Agents>();

/** The connections over which the engine may make its calls itself; undefined for a client that somebody else made, or that is not to. */
export function agentsOf(client: SQSClient): Agents | undefined {
  return agents.get(client);
}
