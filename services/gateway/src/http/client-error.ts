import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ProblemType } from './problem.ts';
import { HeadersTooLarge, MalformedRequest, RequestTimeout } from './problems.ts';
import { securityHeaders } from './security-headers.ts';
import { newRequestId } from './trace-context.ts';

const BY_CODE: Record<string, ProblemType> = {
  HPE_HEADER_OVERFLOW: HeadersTooLarge,
  ERR_HTTP_REQUEST_TIMEOUT: RequestTimeout,
};

/**
 * Answers what Node's parser has refused before there was a request: the same problem details and headers as everywhere,
 * and the connection closed, since what follows on it cannot be distinguished.
 */
export function answerClientError(error: Error & { code?: string }, socket: Duplex, problemBase: string): void {
  // A reset connection, or one on which an answer has begun, can only be dropped.
  const begun = (socket as Duplex & { _httpMessage?: { headersSent?: boolean } })._httpMessage?.headersSent;
  if (error.code === 'ECONNRESET' || !socket.writable || begun) {
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
