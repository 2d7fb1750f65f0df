import { z } from 'zod';
import { defineRoute, type Route } from '../../http/route.ts';
import { SIGNING_ALGORITHMS } from '../signing-algorithm.ts';
import type { KeyRing } from './key-ring.ts';

const jwk = z
  .looseObject({
    kty: z.enum(['OKP', 'EC']),
    crv: z.enum(['Ed25519', 'P-256']),
    x: z.string(),
    y: z.string().optional(),
    kid: z.string(),
    alg: z.enum(SIGNING_ALGORITHMS),
    use: z.literal('sig'),
  })
  .meta({ id: 'Jwk' });

const keySet = z.strictObject({ keys: z.array(jwk) }).meta({ id: 'JwkSet' });

/** A new key waits a minute to sign; replicas and readers together have it after 30 s each. */
const CACHE = 'public, max-age=30';

export function jwksRoutes(keys: KeyRing): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/.well-known/jwks.json',
      operationId: 'getJwks',
      summary: 'Public keys of access tokens',
      description:
        'RFC 7517. Verify access tokens with the key of their `kid`, its `alg` alone, `iss`, `aud`, `typ: at+jwt`, `nbf` and `exp`. During a rotation there are two keys.',
      tags: ['keys'],
      auth: 'none',
      responses: {
        200: {
          description: 'The keys that are accepted now.',
          schema: keySet,
          example: {
            keys: [
              {
                kty: 'OKP',
                crv: 'Ed25519',
                x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
                kid: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
                alg: 'EdDSA',
                use: 'sig',
              },
            ],
          },
          headers: { 'cache-control': 'How long the keys may be kept.' },
        },
      },
      handle: async () => ({
        status: 200,
        body: keySet.parse(await keys.published()),
        headers: { 'cache-control': CACHE },
      }),
    }),
  ];
}
