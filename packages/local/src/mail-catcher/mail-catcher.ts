import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { openServer } from '@postern/runtime/light';
import { Fault, reasonOf } from '../fault.ts';
import { isOwnHost } from '../own-host.ts';
import { portFault } from '../playground/ports.ts';
import { type Answer, answerApi } from './api.ts';
import { bodyText, newMessageId, parseRaw, summarise } from './message.ts';
import { answerPage } from './page.ts';
import { listenSmtp } from './smtp.ts';
import { InboxStore, type MessageSummary } from './store.ts';

interface MailCatcherOptions {
  /** Where mails are kept; `:memory:` keeps them only as long as the inbox runs. */
  path: string;
  host: string;
  httpPort: number;
  smtpPort: number;
  onMail?: (summary: MessageSummary) => void;
}

/** RFC 9110, 15.5.20. */
const MISDIRECTED: Answer = { status: 421, body: { Error: 'this inbox is opened by 127.0.0.1 or localhost' } };

/** Requests of the API carry a list of ids at the most. */
const maxBodyBytes = 1024 * 1024;

/** A mail server that delivers to a web page and to Mailpit's REST paths. */
export class MailCatcher {
  readonly url: string;
  readonly smtpUrl: string;
  readonly ports: { http: number; smtp: number };
  readonly #close: () => Promise<void>;

  private constructor(host: string, ports: { http: number; smtp: number }, close: () => Promise<void>) {
    // Links are for a browser on this machine, also when the inbox listens for all (containers).
    const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
    this.ports = ports;
    this.url = `http://${name}:${ports.http}`;
    this.smtpUrl = `smtp://${name}:${ports.smtp}`;
    this.#close = close;
  }

  /** Listens on both ports; throws a {@link Fault} that names the port that cannot be had. */
  static async open(options: MailCatcherOptions): Promise<MailCatcher> {
    const store = openStore(options.path);
    const watchers = new Set<ServerResponse>();
    const smtp = await listenSmtp(options.host, options.smtpPort, async (raw, envelope) => {
      const parsed = await parseRaw(raw);
      const summary = summarise(newMessageId(), parsed, raw, envelope, new Date());
      store.add(summary, bodyText(parsed), raw);
      options.onMail?.(summary);
      for (const watcher of watchers) watcher.write(`data: ${summary.ID}\n\n`);
    }).catch((error: unknown) => {
      store.close();
      throw portFault('smtp', options.smtpPort, error);
    });
    const server = createServer((request, response) => {
      if (!isOwnHost(request.headers.host, options.host)) return send(response, MISDIRECTED);
      respond(store, watchers, request, response).catch((error: unknown) => {
        send(response, { status: 500, body: { Error: reasonOf(error) } });
      });
    });
    const http = await openServer(server, options.httpPort, options.host).catch(async (error: unknown) => {
      await smtp.close();
      store.close();
      throw portFault('inbox', options.httpPort, error);
    });
    return new MailCatcher(options.host, { http: http.port, smtp: smtp.port }, async () => {
      await Promise.all([smtp.close(), http.close()]);
      store.close();
    });
  }

  close(): Promise<void> {
    return this.#close();
  }
}

function openStore(path: string): InboxStore {
  try {
    return new InboxStore(path);
  } catch (error) {
    throw new Fault(
      `Cannot open the inbox's file ${path} (${reasonOf(error)}). \`npx -y pnpm@12 start --fresh\` creates a new one.`,
    );
  }
}

async function respond(
  store: InboxStore,
  watchers: Set<ServerResponse>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://inbox');
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET');
  if (url.pathname === '/events' && method === 'GET') {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(': new mails are announced here by their id\n\n');
    watchers.add(response);
    response.once('close', () => watchers.delete(response));
    return;
  }
  const body = await readBody(request);
  if (body.fault) return send(response, { status: body.fault.status, body: { Error: body.fault.reason } });
  const answer = (await answerApi(store, { method, url, json: body.json })) ?? (await answerPage(store, url));
  send(response, answer ?? { status: 404, body: { Error: `nothing is at ${url.pathname}` } });
}

interface Body {
  json?: unknown;
  fault?: { status: number; reason: string };
}

async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) return { fault: { status: 413, reason: 'the body is larger than 1 MB' } };
    chunks.push(chunk);
  }
  if (size === 0) return {};
  try {
    return { json: JSON.parse(Buffer.concat(chunks).toString('utf8')) };
  } catch {
    return { fault: { status: 400, reason: 'the body is not JSON' } };
  }
}

function send(response: ServerResponse, answer: Answer): void {
  const text = typeof answer.body === 'string' || Buffer.isBuffer(answer.body);
  const body = text ? (answer.body as string | Buffer) : `${JSON.stringify(answer.body)}\n`;
  response.writeHead(answer.status, {
    'content-type': answer.type ?? 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...answer.headers,
  });
  response.end(body);
}
