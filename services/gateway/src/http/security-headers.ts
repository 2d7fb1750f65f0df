/**
 * Headers of every answer, written flat: helmet would halve the request rate (measured). Sources: OWASP REST Security
 * Cheat Sheet and ASVS 5.0, 3.4. An API answer is not a document: nothing may be loaded, framed, sniffed or kept.
 *
 * @param https whether clients reach us over HTTPS; only then does HSTS mean anything (RFC 6797, 7.2)
 */
export function securityHeaders({ https }: { https: boolean }): Record<string, string> {
  return {
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'interest-cohort=()',
    'cache-control': 'no-store',
    ...(https ? { 'strict-transport-security': 'max-age=63072000; includeSubDomains' } : {}),
  };
}
