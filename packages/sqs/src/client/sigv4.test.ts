import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { SigV4 } from './sigv4.ts';

/** The headers that the SDK's own signer makes of the same request. */
async function signedBySdk(
  headers: Record<string, string>,
  parts: { host: string; path: string; body: string; date: Date },
) {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
  const token = headers['x-amz-security-token'];
  const client = new SQSClient({
    region: 'eu-central-1',
    credentials: { ...credentials, ...(token ? { sessionToken: token } : {}) },
  });
  const signer = await client.config.signer({
    name: 'sigv4',
    signingName: 'sqs',
    signingRegion: 'eu-central-1',
    properties: {},
  });
  const { authorization: _, ...unsigned } = headers;
  const request = {
    method: 'POST',
    protocol: 'https:',
    hostname: parts.host,
    path: parts.path,
    headers: unsigned,
    body: parts.body,
    query: {},
  };
  const signer4 = signer as { sign(request: object, options: object): Promise<{ headers: Record<string, string> }> };
  const signed = await signer4.sign(request, {
    signingDate: parts.date,
  });
  client.destroy();
  return signed.headers.authorization;
}

describe('A signature', () => {
  test.each([undefined, 'a-session-token=='])(
    'is the one that the SDK makes, with the session token %s',
    async (sessionToken) => {
      const parts = {
        host: 'sqs.eu-central-1.amazonaws.com',
        path: '/',
        target: 'AmazonSQS.SendMessageBatch',
        body: '{"name":"Zoë"}',
        date: new Date('2026-11-23T14:15:16.789Z'),
      };
      const credentials = {
        accessKeyId: 'AKIDEXAMPLE',
        secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
        sessionToken,
      };
      const headers = new SigV4('eu-central-1').headers(parts, credentials);
      const theirs = await signedBySdk(headers, parts);
      expect(headers.authorization).toBe(theirs);
    },
  );
});
