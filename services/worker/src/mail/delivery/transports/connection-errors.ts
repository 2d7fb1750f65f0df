/** What Node's sockets and TLS, and the AWS SDK's HTTP handler, say of a connection. */
export interface ConnectionError {
  message?: string;
  code?: unknown;
  /** What the system was asked to do when it failed. */
  syscall?: string;
  /** Of an AggregateError: one for each of the host's addresses. */
  errors?: readonly ConnectionError[];
}

/** Of the system, when it looks up a name or connects. */
const NOT_REACHED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];
/** Of TLS, when the server's certificate does not hold (Node's documentation, "X509 certificate error codes"). */
const NOT_TRUSTED = [
  ...['ERR_TLS_CERT_ALTNAME_INVALID', 'HOSTNAME_MISMATCH', 'CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'CERT_REVOKED'],
  ...['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'CERT_CHAIN_TOO_LONG', 'CERT_SIGNATURE_FAILURE'],
  ...['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
  ...['CERT_UNTRUSTED', 'CERT_REJECTED', 'INVALID_CA', 'INVALID_PURPOSE', 'PATH_LENGTH_EXCEEDED'],
];
const CODES: ReadonlySet<unknown> = new Set([...NOT_REACHED, ...NOT_TRUSTED]);
const SYSCALLS: ReadonlySet<unknown> = new Set(['connect', 'getaddrinfo']);
/** OpenSSL's reasons that only a handshake ends with; Node gives them the code EPROTO, which others have as well. */
const HANDSHAKE =
  /wrong version number|unsupported protocol|handshake failure|alert protocol version|unrecognized name/i;
/** Node's words for a connection closed in the handshake, and those of @smithy/node-http-handler for a connect timeout. */
const WORDS = /before secure TLS connection was established|did not establish a connection with the server/;

/**
 * Whether a request over this connection certainly did not leave: nothing of it is written before TCP connects, nor
 * before the TLS handshake is done and the certificate holds. False where it may have left.
 */
export function neverConnected(error: ConnectionError): boolean {
  const { code, syscall, message = '', errors } = error;
  if (errors !== undefined && errors.length > 0) return errors.every(neverConnected);
  if (code === 'EPROTO') return HANDSHAKE.test(message);
  // A route may be lost while a connection is in use, and has the code of one that never was.
  if (syscall === 'read' || syscall === 'write') return false;
  return SYSCALLS.has(syscall) || CODES.has(code) || WORDS.test(message);
}
