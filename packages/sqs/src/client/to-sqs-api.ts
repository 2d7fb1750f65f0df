import type { SQSClient } from '@aws-sdk/client-sqs';
import { connectionOf } from './create-sqs-client.ts';
import { HttpSqsApi } from './http-sqs-api.ts';
import { SdkSqsApi } from './sdk-sqs-api.ts';
import { SqsApi } from './sqs-api.ts';

/**
 * The engine's port for a client: straight onto the protocol for one that `createSqsClient` made, through the SDK for any other
 * (its middleware, proxy and endpoint rules are then its owner's), and the port itself when that is what was given.
 */
export function toSqsApi(client: SQSClient | SqsApi): SqsApi {
  if (client instanceof SqsApi) return client;
  const connection = connectionOf(client);
  return connection ? new HttpSqsApi(connection) : new SdkSqsApi(client);
}
