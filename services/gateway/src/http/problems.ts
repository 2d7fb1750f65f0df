import { defineProblem } from './problem.ts';

/**
 * The problems that the platform itself answers with. A slug, once published, keeps its meaning; `/problems/<slug>`
 * shows the explanation. Capabilities declare theirs beside their routes.
 */
export const MalformedRequest = defineProblem({
  type: 'malformed-request',
  status: 400,
  title: 'Malformed HTTP request',
  explanation:
    'The request line, a header or the path cannot be read: a Host header is missing, a percent sign in the path is not followed by two hex digits, or a header has characters that HTTP does not allow. Send a well-formed HTTP/1.1 request.',
});

export const MalformedJson = defineProblem({
  type: 'malformed-json',
  status: 400,
  title: 'The body is not JSON',
  explanation:
    'The body is empty, is not UTF-8, or cannot be parsed as JSON (RFC 8259). What parses but has wrong types or values is answered with validation-failed instead.',
});

export const InvalidIdempotencyKey = defineProblem({
  type: 'invalid-idempotency-key',
  status: 400,
  title: 'The Idempotency-Key cannot be used',
  explanation:
    'An Idempotency-Key has 1 to 255 visible ASCII characters, with or without quotes around it. A fresh UUID for each thing that you want done once is the usual choice.',
});

export const Unauthenticated = defineProblem({
  type: 'unauthenticated',
  status: 401,
  title: 'Sign in first',
  explanation:
    'The operation needs `Authorization: Bearer <access token>`, and there was none (nor a session in cookies, with `Session-Mode: cookie`), or it has expired, was revoked or was not issued here. Get a new one with your refresh token, or sign in again.',
});

export const CookieSessionRefused = defineProblem({
  type: 'cookie-session-refused',
  status: 403,
  title: 'A cookie session is refused here',
  explanation:
    'The request says `Session-Mode: cookie`, and it does not come from a page that may have its session in cookies: COOKIE_ORIGINS has to list the Origin of the page exactly, the page has to be of the same site as this API, and requests that change something have to carry an Origin header, as those of browsers do. Other clients leave Session-Mode out and send an access token.',
});

export const Forbidden = defineProblem({
  type: 'forbidden',
  status: 403,
  title: 'You are not allowed to do this',
  explanation: 'You are signed in, and your roles lack the permission that this operation needs.',
});

export const TwoFactorRequired = defineProblem({
  type: 'two-factor-required',
  status: 403,
  title: 'Set a second factor up first',
  needs: 'enrolTotp',
  explanation:
    'Administrators need a second factor here, and you have none: set one up with POST /v1/auth/two-factor/totp, then send the request again. The sign-in reported it as `two_factor_required`.',
});

export const RecentSignInRequired = defineProblem({
  type: 'recent-sign-in-required',
  status: 403,
  title: 'Confirm your password first',
  explanation:
    'The operation is sensitive, and your password was last proven too long ago in this session. Confirm it with POST /v1/auth/password/confirm (with a code, where you have a second factor), then send the request again.',
});

export const NotFound = defineProblem({
  type: 'not-found',
  status: 404,
  title: 'Not found',
  explanation:
    'No operation has this path, or the thing that the path names does not exist. /docs lists the operations.',
});

export const MethodNotAllowed = defineProblem({
  type: 'method-not-allowed',
  status: 405,
  title: 'Method not allowed',
  explanation: 'The path exists, the method does not. The Allow header lists those that do.',
});

export const NotAcceptable = defineProblem({
  type: 'not-acceptable',
  status: 406,
  title: 'No acceptable representation',
  explanation:
    'Your Accept header excludes what the operation produces, which is application/json. Accept it, or send no Accept header.',
});

export const RequestTimeout = defineProblem({
  type: 'request-timeout',
  status: 408,
  title: 'The request took too long to arrive',
  explanation: 'Headers or body did not arrive in time, and the connection was closed. Send the request again.',
});

export const RequestInFlight = defineProblem({
  type: 'request-in-flight',
  status: 409,
  title: 'The first request with this Idempotency-Key is still running',
  explanation:
    'A request with the same Idempotency-Key is still being processed. Send yours again after the seconds in Retry-After: you will get the answer to the first.',
});

export const BodyTooLarge = defineProblem({
  type: 'body-too-large',
  status: 413,
  title: 'The body is too large',
  explanation: 'A request body may have 16 KB (16,384 bytes) at most.',
});

export const UnsupportedMediaType = defineProblem({
  type: 'unsupported-media-type',
  status: 415,
  title: 'Unsupported media type',
  explanation: 'Send the body as `Content-Type: application/json` in UTF-8, without a Content-Encoding.',
});

export const ValidationFailed = defineProblem({
  type: 'validation-failed',
  status: 422,
  title: 'The request has invalid values',
  explanation:
    'The request could be read, and some values are missing, unknown, or of the wrong type or form. `errors` lists them all together, at most 100 and 8 KB: `pointer` is an RFC 6901 pointer into the body, `parameter` the name of a query or path parameter.',
});

export const IdempotencyKeyReused = defineProblem({
  type: 'idempotency-key-reused',
  status: 422,
  title: 'This Idempotency-Key belongs to another request',
  explanation:
    'In the last 24 hours the same Idempotency-Key came with a different body. Use a new key for each thing that you want done once.',
});

export const RateLimited = defineProblem({
  type: 'rate-limited',
  status: 429,
  title: 'Too many requests',
  explanation:
    'A limit of this operation is used up. The RateLimit-Policy header names the limits, RateLimit reports what is left of them, Retry-After in how many seconds to try again.',
});

export const HeadersTooLarge = defineProblem({
  type: 'headers-too-large',
  status: 431,
  title: 'The headers are too large',
  explanation: 'Request line and headers may have 16 KB together.',
});

export const InternalError = defineProblem({
  type: 'internal-error',
  status: 500,
  title: 'Something went wrong on our side',
  explanation:
    'This is an error on our side and has been logged. Report the request_id to us. A request with an Idempotency-Key can be sent again safely.',
});

export const Unavailable = defineProblem({
  type: 'unavailable',
  status: 503,
  title: 'Not available at the moment',
  explanation:
    'The service is starting, is overloaded, or cannot reach its database. Nothing was done. Send the request again after the seconds in Retry-After.',
});

export const OutcomeUnknown = defineProblem({
  type: 'outcome-unknown',
  status: 503,
  title: 'The outcome is unknown',
  explanation:
    'The connection to the database was lost while the change was being committed, so it happened either completely or not at all. If the request had an Idempotency-Key, send it again with the same key: you get the first answer if it happened. Otherwise check whether it happened (sign in, or read what was to change) before you send it again.',
});

/** Everything above. */
export const platformProblems = [
  MalformedRequest,
  MalformedJson,
  InvalidIdempotencyKey,
  Unauthenticated,
  CookieSessionRefused,
  Forbidden,
  TwoFactorRequired,
  RecentSignInRequired,
  NotFound,
  MethodNotAllowed,
  NotAcceptable,
  RequestTimeout,
  RequestInFlight,
  BodyTooLarge,
  UnsupportedMediaType,
  ValidationFailed,
  IdempotencyKeyReused,
  RateLimited,
  HeadersTooLarge,
  InternalError,
  Unavailable,
  OutcomeUnknown,
];
