import { connect, type Socket } from 'node:net';

export const PATH = '/v1/auth/user';

/** About 200 bytes, as an account is. */
export const ANSWER = {
  id: '018f4d7e-5b0c-7c3a-9d51-0e6f1a2b3c4d',
  first_name: 'Ada',
  last_name: 'Lovelace',
  email: 'ada@example.com',
  mobile_number: '+4915112345678',
  locale: 'en',
  created_at: '2026-11-23T12:00:00.000Z',
};

const BODY = JSON.stringify({
  first_name: 'Ada',
  last_name: 'Lovelace',
  email: 'ada@example.com',
  password: 'correct horse battery staple',
});

/** A token as long as ours. */
const HEAD = `Host: 127.0.0.1\r\nAuthorization: Bearer ${'a'.repeat(420)}\r\nAccept: application/json\r\nX-Forwarded-For: 192.0.2.7\r\n`;

export const REQUESTS = {
  GET: Buffer.from(`GET ${PATH} HTTP/1.1\r\n${HEAD}\r\n`),
  POST: Buffer.from(
    `POST ${PATH} HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`,
  ),
} as const;

export interface Load {
  port: number;
  request: Buffer;
  connections: number;
  ms: number;
}

export interface Result {
  requests: number;
  perSecond: number;
  p50: number;
  p99: number;
}

const END_OF_HEADERS = Buffer.from('\r\n\r\n');

/** Sends one request after the other on each connection and counts the answers that are 200. */
export async function load({ port, request, connections, ms }: Load): Promise<Result> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  const times: number[] = [];
  let counting = true;
  const started = performance.now();
  const done = sockets.map(async (socket) => {
    const next = reader(socket);
    while (counting) {
      const begun = performance.now();
      socket.write(request);
      const status = await next();
      if (status !== 200) throw new Error(`the server under test answered ${status}`);
      times.push(performance.now() - begun);
    }
  });
  const timer = setTimeout(() => {
    counting = false;
  }, ms);
  try {
    await Promise.all(done);
  } finally {
    clearTimeout(timer);
    for (const socket of sockets) socket.destroy();
  }
  const seconds = (performance.now() - started) / 1_000;
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)] ?? 0;
  return { requests: times.length, perSecond: times.length / seconds, p50: at(0.5), p99: at(0.99) };
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Resolves with the status of each whole answer on this connection. */
function reader(socket: Socket): () => Promise<number> {
  let pending: Buffer = Buffer.alloc(0);
  let waiting: ((status: number) => void) | undefined;
  socket.on('data', (chunk) => {
    pending = pending.length === 0 ? (chunk as Buffer) : Buffer.concat([pending, chunk as Buffer]);
    const end = pending.indexOf(END_OF_HEADERS);
    if (end === -1) return;
    const head = pending.toString('latin1', 0, end).toLowerCase();
    const length = Number(/content-length: (\d+)/.exec(head)?.[1] ?? 0);
    if (pending.length < end + END_OF_HEADERS.length + length) return;
    pending = Buffer.alloc(0);
    waiting?.(Number(head.slice(9, 12)));
  });
  return () =>
    new Promise((resolve) => {
      waiting = resolve;
    });
}
