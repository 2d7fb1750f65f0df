import { rereadRings } from '@postern/runtime';
import type { Resealing } from './accounts/tokens/resealing.ts';
import { type GatewayConfig, readConfig } from './config.ts';

/**
 * Takes on rings whose files have been replaced: a key that is rotated takes no restart.
 *
 * @returns the names of the rings that have changed
 * @throws ConfigError, and the error of a key encryption key that does not open what is stored: accepted unseen, it would end what
 *   works until the next start
 */
export async function rereadKeys({ env }: GatewayConfig, resealing: Resealing): Promise<string[]> {
  const fresh = readConfig().env;
  const { KEY_ENCRYPTION_KEY: ring } = fresh;
  const { KEY_ENCRYPTION_KEY: before } = env;
  if (ring.toText() !== before.toText()) await resealing.requireOpened(ring, before);
  return rereadRings(env, fresh);
}
