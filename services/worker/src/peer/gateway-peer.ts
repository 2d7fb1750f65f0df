import { Peer } from '@postern/durable';
import { ConfigError, httpUrl, readEnv, type SecretRing, secretRing } from '@postern/runtime';

/** Where the gateway is asked for its part of a trace and of what waits. */
export const peerEnv = {
  GATEWAY_OPS_URL: httpUrl({ path: false, example: 'http://gateway:3001' }).optional(),
  PEER_KEY: secretRing('32 random bytes in base64, the same as the gateway has: ask it on its ops port').optional(),
};

interface PeerValues {
  GATEWAY_OPS_URL?: string | undefined;
  PEER_KEY?: SecretRing | undefined;
}

/** The gateway as operators ask it; undefined where this worker does not know it. @throws ConfigError for a half of it */
export function gatewayPeer({ GATEWAY_OPS_URL: url, PEER_KEY: ring }: PeerValues, now: () => Date): Peer | undefined {
  if (url === undefined && ring === undefined) return undefined;
  if (url === undefined || ring === undefined) {
    throw new ConfigError(['GATEWAY_OPS_URL and PEER_KEY belong together: set both or none']);
  }
  return new Peer({ url, ring, now });
}

/** For commands, which have only a part of the configuration. */
export function peerOfCommand(): Peer | undefined {
  return gatewayPeer(readEnv(peerEnv), () => new Date());
}
