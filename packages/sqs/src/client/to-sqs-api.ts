import type { SQSClient } from '@aws-sdk/client-sqs';
import { agentsOf, requestTimeoutOf } from './create-sqs-client.ts';
import { DirectCall } from './direct-call.ts';
import { QueueCalls } from './queue-calls.ts';
import { SdkCall } from './sdk-call.ts';
import { SqsApi } from './sqs-api.ts';

/**
 * The engine's port for a client: straight onto the protocol for one that `createSqsClient` made, through the SDK for any other
 * (its middleware is then its owner's) and with `calls: 'sdk'`, and the port itself when that is what was given.
 */
export function toSqsApi(client: SQSClient | SqsApi): SqsApi {
  if (client instanceof SqsApi) return client;
  const agents = agentsOf(client);
  const call = agents ? new DirectCall(client, agents) : new SdkCall(client);
  return new QueueCalls(call, requestTimeoutOf(client));
}
