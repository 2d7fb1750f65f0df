import { tryPort } from '@postern/runtime';
import type { HttpServerOptions } from './server.ts';
import { readTlsPair } from './tls-files.ts';

/**
 * Whether it will be possible to listen so: told at start, while the server itself opens its port only once it can serve.
 *
 * @throws the listen error, or an Error that says what is wrong with the TLS files
 */
export async function checkListening({
  host,
  port,
  tls,
}: Pick<HttpServerOptions, 'host' | 'port' | 'tls'>): Promise<void> {
  if (tls) await readTlsPair(tls);
  if (port !== 0) await tryPort(port, host);
}
