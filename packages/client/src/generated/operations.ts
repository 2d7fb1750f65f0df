// Made from the gateway's OpenAPI description by a test of the gateway, which only compares them where CI is set.

interface Facts {
  /** Takes the access token of whoever is signed in. */
  signedIn?: true;
  /** Takes an Idempotency-Key. */
  idempotent?: true;
  /** Takes a `device_token` in its body. */
  device?: true;
}

export const operations: Record<string, Facts> = {
  'DELETE /v1/auth/sessions/{id}': { signedIn: true },
  'DELETE /v1/auth/two-factor': { signedIn: true },
  'DELETE /v1/auth/user': { signedIn: true },
  'DELETE /v1/users/{id}/two-factor': { signedIn: true },
  'GET /.well-known/jwks.json': {},
  'GET /.well-known/oauth-authorization-server': {},
  'GET /.well-known/openid-configuration': {},
  'GET /openapi.json': {},
  'GET /v1/audit-log': { signedIn: true },
  'GET /v1/auth/sessions': { signedIn: true },
  'GET /v1/auth/two-factor': { signedIn: true },
  'GET /v1/auth/user': { signedIn: true },
  'GET /v1/auth/user/export': { signedIn: true },
  'GET /v1/roles': { signedIn: true },
  'GET /v1/users': { signedIn: true },
  'GET /v1/users/{id}': { signedIn: true },
  'GET /v1/users/{id}/roles': { signedIn: true },
  'PATCH /v1/auth/user': { signedIn: true },
  'POST /v1/auth/email/change': { signedIn: true, idempotent: true },
  'POST /v1/auth/email/change/confirm': { idempotent: true },
  'POST /v1/auth/email/change/revert': { idempotent: true },
  'POST /v1/auth/email/resend': { idempotent: true },
  'POST /v1/auth/email/verify': { idempotent: true },
  'POST /v1/auth/login': { device: true },
  'POST /v1/auth/login/second-factor': { device: true },
  'POST /v1/auth/logout': { signedIn: true },
  'POST /v1/auth/logout-all': { signedIn: true },
  'POST /v1/auth/password/change': { signedIn: true, idempotent: true },
  'POST /v1/auth/password/confirm': { signedIn: true },
  'POST /v1/auth/password/forgot': { idempotent: true },
  'POST /v1/auth/password/reset': { idempotent: true },
  'POST /v1/auth/refresh': {},
  'POST /v1/auth/register': { idempotent: true },
  'POST /v1/auth/two-factor/recovery-codes': { signedIn: true },
  'POST /v1/auth/two-factor/totp': { signedIn: true },
  'POST /v1/auth/two-factor/totp/confirm': { signedIn: true },
  'POST /v1/users/{id}/disable': { signedIn: true },
  'POST /v1/users/{id}/enable': { signedIn: true },
  'PUT /v1/users/{id}/roles': { signedIn: true },
};

/** What the address of a problem's type ends with. */
export type ProblemKind =
  | 'account-disabled'
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
  | 'request-timeout'
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
