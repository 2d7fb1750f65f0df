import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createSqsClient } from './create-sqs-client.ts';
import { sdkRequest } from './sdk-request.ts';
import { toSqsApi } from './to-sqs-api.ts';

const url = 'http://sqs/0/q';

let close: (() => void) | undefined;
afterEach(() => close?.());

describe('Where calls go', () => {
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };

  test.each([
    [{}, 'sqs.eu-central-1.amazonaws.com'],
    [{ endpoints: { useFipsEndpoint: true } }, 'sqs-fips.eu-central-1.amazonaws.com'],
    [{ endpoints: { useDualstackEndpoint: true } }, 'sqs.eu-central-1.api.aws'],
    [{ region: 'cn-north-1' }, 'sqs.cn-north-1.amazonaws.com.cn'],
  ])('is what the SDK says of %j', async (options, hostname) => {
    const client = createSqsClient({ region: 'eu-central-1', credentials, ...options });
    expect(await sdkRequest(client)).toMatchObject({ secure: true, hostname, path: '/' });
    client.destroy();
  });

  test('may be an IPv6 address', async () => {
    const seen: unknown[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers.host);
      request.resume().on('end', () => response.end('{}'));
    });
    await new Promise<void>((resolve) => server.listen(0, '::1', resolve));
    const host = `[::1]:${(server.address() as AddressInfo).port}`;
    const client = createSqsClient({ region: 'eu-central-1', endpoint: `http://${host}`, credentials });
    close = () => {
      client.destroy();
      server.closeAllConnections();
      server.close();
    };
    await toSqsApi(client).deleteBatch(url, ['r']);
    expect(seen).toEqual([host]);
  });

  test('is what the profile says: its region, its endpoint rules', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'postern-aws-'));
    writeFileSync(join(folder, 'config'), '[profile work]\nregion = eu-west-3\nuse_fips_endpoint = true\n');
    for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_USE_FIPS_ENDPOINT']) vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
    vi.stubEnv('AWS_PROFILE', 'work');
    close = () => {
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true });
    };
    const client = createSqsClient({ credentials });
    expect(await sdkRequest(client)).toMatchObject({ hostname: 'sqs-fips.eu-west-3.amazonaws.com' });
    client.destroy();
  });

  test('is an error in the words of the SDK when nothing names a region', async () => {
    for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE']) vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_CONFIG_FILE', '/none');
    close = () => vi.unstubAllEnvs();
    const client = createSqsClient({ credentials });
    await expect(toSqsApi(client).depth(url)).rejects.toThrow('Region is missing');
    client.destroy();
  });
});
