import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { RequestSigner, type SigningCredentials } from './request-signer.ts';

const region = 'eu-central-1';
const target = { host: `sqs.${region}.amazonaws.com`, path: '/', region };
const own = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

/** What the SDK's own signer makes of a request with these headers. */
async function signedBySdk(
  { authorization: _, ...headers }: Record<string, string>,
  { body, date, credentials }: { body: string; date: Date; credentials: SigningCredentials },
): Promise<string | undefined> {
  const client = new SQSClient({ region, credentials: credentials as typeof own });
  const scheme = { name: 'sigv4', signingName: 'sqs', signingRegion: region, properties: {} };
  const signer = (await client.config.signer(scheme)) as {
    sign(request: object, options: object): Promise<{ headers: Record<string, string> }>;
  };
  const request = { method: 'POST', protocol: 'https:', hostname: target.host, path: target.path, headers, body };
  const signed = await signer.sign({ ...request, query: {} }, { signingDate: date });
  client.destroy();
  return signed.headers.authorization;
}

describe('A signature of a call', () => {
  test.each([
    ['', own],
    [' with a session token', { ...own, sessionToken: 'a-session-token==' }],
  ])("is to the letter what the SDK's signer makes%s", async (_what, credentials) => {
    const call = { body: '{"name":"Zoë 🚪"}', date: new Date('2026-11-23T14:15:16.789Z') };
    const headers = new RequestSigner(target).sign({ action: 'SendMessageBatch', ...call }, credentials);
    expect(headers.authorization).toBe(await signedBySdk(headers, { ...call, credentials }));
  });

  test('has the key of its own day and of its own credentials, whatever was signed before', async () => {
    const signer = new RequestSigner(target);
    const renewed = { accessKeyId: 'AKIDRENEWED', secretAccessKey: 'another' };
    const calls = [
      { date: new Date('2026-11-23T23:59:59.999Z'), credentials: own },
      { date: new Date('2026-11-24T00:00:00.000Z'), credentials: own },
      { date: new Date('2026-11-24T00:00:00.000Z'), credentials: renewed },
    ].map((call) => ({ body: '{}', ...call }));
    for (const { credentials, ...call } of calls) {
      const headers = signer.sign({ action: 'ReceiveMessage', ...call }, credentials);
      expect(headers.authorization).toBe(await signedBySdk(headers, { ...call, credentials }));
    }
  });
});
