import { z } from 'zod';
import { defineRoute, type Route } from '../../http/route.ts';
import type { AccountsConfig } from '../config.ts';
import { SIGNING_ALGORITHMS } from '../signing-algorithm.ts';

const metadata = z
  .strictObject({
    issuer: z.url(),
    jwks_uri: z.url(),
    response_types_supported: z.array(z.string()),
    grant_types_supported: z.array(z.string()),
    subject_types_supported: z.array(z.string()),
    id_token_signing_alg_values_supported: z.array(z.string()),
    service_documentation: z.url(),
  })
  .meta({ id: 'IssuerMetadata' });

/** It never changes while the process runs. */
const CACHE = 'public, max-age=3600';
/** RFC 8414, 3, and the address that most JWT libraries ask first (OpenID Connect Discovery, 4). */
const PATHS = {
  getAuthorizationServerMetadata: '/.well-known/oauth-authorization-server',
  getOpenIdConfiguration: '/.well-known/openid-configuration',
};

/**
 * What a service that verifies access tokens needs to know, found by the issuer alone. Nobody signs in by redirects here: there
 * is no authorization endpoint, no grant and no ID token; what the formats demand of those is said as "none".
 */
export function metadataRoutes({ env }: AccountsConfig): Route[] {
  const at = (path: string) => new URL(path, env.PUBLIC_URL).href;
  const body = {
    issuer: env.PUBLIC_URL,
    jwks_uri: at('/.well-known/jwks.json'),
    response_types_supported: ['none'],
    grant_types_supported: [],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [...SIGNING_ALGORITHMS],
    service_documentation: at('/docs'),
  };
  return Object.entries(PATHS).map(([operationId, path]) =>
    defineRoute({
      method: 'get',
      path,
      operationId,
      summary: 'Who issues access tokens, and where the keys are',
      description:
        'RFC 8414. For services that verify access tokens: give your library the issuer, and it finds the keys. Sign-in is by this API, not by OAuth redirects.',
      tags: ['keys'],
      auth: 'none',
      responses: {
        200: {
          description: 'The issuer.',
          schema: metadata,
          example: body,
          headers: { 'cache-control': 'How long it may be kept.' },
        },
      },
      handle: async () => ({ status: 200, body, headers: { 'cache-control': CACHE } }),
    }),
  );
}
