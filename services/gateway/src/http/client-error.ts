import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ProblemType } from './problem.ts';
import { HeadersTooLarge, MalformedRequest, RequestTimeout } from './problems.ts';
import { securityHeaders } from './security-headers.ts';
import { newRequestId } from './trace-context.ts';

const BY_CODE: Record<string, ProblemType> = {
  HPE_HEADER_OVERFLOW: HeadersTooLarge,
  ERR_HTTP_REQUEST_TIMEOUT: RequestTimeout,
};

/** The answer that has its turn on a connection. With `_last` Node closes that behind it. */
type CurrentAnswer = ServerResponse & { _last: boolean };

/**
 * Answers what Node's parser has refused before there was a request: the same problem details and headers as everywhere,
 * and the connection closed, since what follows on it cannot be distinguished.
 */
export function answerClientError(error: Error & { code?: string }, socket: Duplex, problemBase: string): void {
  const current = (socket as Duplex & { _httpMessage?: CurrentAnswer | null })._httpMessage;
  const isReset = error.code === 'ECONNRESET' || !socket.writable;
  // What is malformed comes after a request whose answer is still to come: a problem would be taken for that. It is the last one.
  if (!isReset && current?.req.complete && !current.writableFinished) {
    current.shouldKeepAlive = false;
    current._last = true;
    return;
  }
  // A reset connection, or one on which an answer has begun, can only be dropped.
  if (isReset || current?.headersSent) {
    socket.destroy();
    return;
  }
  const problem = BY_CODE[error.code ?? ''] ?? MalformedRequest;
  const requestId = newRequestId();
  const { status, title, type } = problem;
  const body = JSON.stringify({ type: problemBase + type, title, status, request_id: requestId });
  const headers = securityHeaders({ https: problemBase.startsWith('https:') });
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'content-type: application/problem+json',
      `content-length: ${Buffer.byteLength(body)}`,
      `x-request-id: ${requestId}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
