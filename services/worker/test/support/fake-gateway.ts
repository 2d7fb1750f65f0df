import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AnsweredRequest, peerRoutes } from '@postern/durable';
import { type Database, SecretRing } from '@postern/runtime';
import { TEST_SECRETS } from './mail-side.ts';

interface Asked {
  database: Database;
  /** What it says that it refused or failed at. */
  requests: readonly AnsweredRequest[];
}

/** The ops port of a gateway, as far as a worker asks it; nothing waits there. `env` is what the worker needs for it. */
export async function fakeGateway({ database, requests }: Asked) {
  const { RECIPIENT_KEY: key } = TEST_SECRETS;
  const nothing = async () => [];
  const routes = peerRoutes({
    ...{ database, ring: SecretRing.parse(key), trace: nothing, waits: nothing },
    requests: async () => [...requests],
  });
  const server = createServer(async ({ url: target = '/', headers }, response) => {
    const url = new URL(target, 'http://gateway');
    const answer = await routes.find(({ path }) => path === url.pathname)?.handle({ url, headers });
    response.writeHead(answer?.status ?? 404).end(JSON.stringify(answer?.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    env: { PEER_KEY: key, GATEWAY_OPS_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
