// Made from the gateway's OpenAPI description by a test of the gateway, which only compares them where CI is set.

export const operations: Record<string, { signedIn: boolean; idempotent: boolean }> = {
  'DELETE /v1/auth/sessions/{id}': { signedIn: true, idempotent: false },
  'DELETE /v1/auth/two-factor': { signedIn: true, idempotent: false },
  'DELETE /v1/auth/user': { signedIn: true, idempotent: false },
  'DELETE /v1/users/{id}/two-factor': { signedIn: true, idempotent: false },
  'GET /.well-known/jwks.json': { signedIn: false, idempotent: false },
  'GET /.well-known/oauth-authorization-server': { signedIn: false, idempotent: false },
  'GET /.well-known/openid-configuration': { signedIn: false, idempotent: false },
  'GET /openapi.json': { signedIn: false, idempotent: false },
  'GET /v1/audit-log': { signedIn: true, idempotent: false },
  'GET /v1/auth/sessions': { signedIn: true, idempotent: false },
  'GET /v1/auth/two-factor': { signedIn: true, idempotent: false },
  'GET /v1/auth/user': { signedIn: true, idempotent: false },
  'GET /v1/auth/user/export': { signedIn: true, idempotent: false },
  'GET /v1/roles': { signedIn: true, idempotent: false },
  'GET /v1/users': { signedIn: true, idempotent: false },
  'GET /v1/users/{id}': { signedIn: true, idempotent: false },
  'GET /v1/users/{id}/roles': { signedIn: true, idempotent: false },
  'PATCH /v1/auth/user': { signedIn: true, idempotent: false },
  'POST /v1/auth/email/change': { signedIn: true, idempotent: true },
  'POST /v1/auth/email/change/confirm': { signedIn: false, idempotent: true },
  'POST /v1/auth/email/resend': { signedIn: false, idempotent: true },
  'POST /v1/auth/email/verify': { signedIn: false, idempotent: true },
  'POST /v1/auth/login': { signedIn: false, idempotent: false },
  'POST /v1/auth/login/second-factor': { signedIn: false, idempotent: false },
  'POST /v1/auth/logout': { signedIn: true, idempotent: false },
  'POST /v1/auth/logout-all': { signedIn: true, idempotent: false },
  'POST /v1/auth/password/change': { signedIn: true, idempotent: true },
  'POST /v1/auth/password/confirm': { signedIn: true, idempotent: false },
  'POST /v1/auth/password/forgot': { signedIn: false, idempotent: true },
  'POST /v1/auth/password/reset': { signedIn: false, idempotent: true },
  'POST /v1/auth/refresh': { signedIn: false, idempotent: false },
  'POST /v1/auth/register': { signedIn: false, idempotent: true },
  'POST /v1/auth/two-factor/recovery-codes': { signedIn: true, idempotent: false },
  'POST /v1/auth/two-factor/totp': { signedIn: true, idempotent: false },
  'POST /v1/auth/two-factor/totp/confirm': { signedIn: true, idempotent: false },
  'POST /v1/users/{id}/disable': { signedIn: true, idempotent: false },
  'POST /v1/users/{id}/enable': { signedIn: true, idempotent: false },
  'PUT /v1/users/{id}/roles': { signedIn: true, idempotent: false },
};

/** What the address of a problem's type ends with. */
export type ProblemKind =
  | 'account-not-active'
  | 'body-too-large'
  | 'challenge-invalid'
  | 'code-required'
  | 'cookie-session-refused'
  | 'email-taken'
  | 'forbidden'
  | 'headers-too-large'
  | 'idempotency-key-reused'
  | 'internal-error'
  | 'invalid-credentials'
  | 'invalid-idempotency-key'
  | 'last-admin'
  | 'link-ended'
  | 'link-expired'
  | 'link-invalid'
  | 'link-used'
  | 'malformed-json'
  | 'malformed-request'
  | 'not-acceptable'
  | 'not-found'
  | 'outcome-unknown'
  | 'overloaded'
  | 'own-two-factor'
  | 'rate-limited'
  | 'recent-sign-in-required'
  | 'refresh-token-invalid'
  | 'request-in-flight'
  | 'sign-up-password-wrong'
  | 'sign-up-proof-required'
  | 'too-many-guesses'
  | 'two-factor-locked'
  | 'two-factor-off'
  | 'two-factor-on'
  | 'two-factor-required'
  | 'unauthenticated'
  | 'unavailable'
  | 'unsupported-media-type'
  | 'validation-failed'
  | 'wrong-code'
  | 'wrong-password';
