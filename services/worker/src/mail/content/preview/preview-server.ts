import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { openServer } from '@postern/runtime';
import { asScheme } from './as-scheme.ts';
import { MailGallery } from './mail-gallery.ts';

export interface PreviewServer {
  url: string;
  port: number;
  close(): Promise<void>;
}

interface PreviewServerOptions {
  /** 0 picks a free one. Default: 3003. */
  port?: number;
  /** Default: 127.0.0.1, for it shows to whoever asks. */
  host?: string;
  /** The folder whose changes reload the page. Default: src/mail/content and packages/locales. */
  watchedFolder?: string;
}

/** The page's own files, which are not part of a bundle. */
export const pageFolder = join(import.meta.dirname, 'page');

const PAGE: Readonly<Record<string, { file: string; type: string }>> = {
  '/': { file: 'index.html', type: 'text/html' },
  '/client.js': { file: 'client.js', type: 'text/javascript' },
  '/style.css': { file: 'style.css', type: 'text/css' },
};
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; base-uri 'none'";
// A mail runs no script and loads nothing, here as in a mail client; the sandbox lets its links open a new window only.
const MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups";

/**
 * Serves a page with every mail of the catalog: its sample data in each language, as HTML, text and source, as wide as a
 * phone and a desktop, light and dark. The page reloads when a file of src/mail/content or packages/locales changes. Runs from the sources only.
 */
export async function previewServer(options: PreviewServerOptions = {}): Promise<PreviewServer> {
  const { port = 3003, host = '127.0.0.1', watchedFolder } = options;
  const gallery = new MailGallery(watchedFolder === undefined ? undefined : [watchedFolder]);
  const server = createServer((request, response) => {
    answer(gallery, request, response).catch((error: unknown) => {
      reply(response, 500, 'text/plain', error instanceof Error ? (error.stack ?? error.message) : String(error));
    });
  });
  const open = await openServer(server, port, host).catch((error: unknown) => {
    gallery.close();
    throw error;
  });
  return {
    url: `http://${host}:${open.port}/`,
    port: open.port,
    close() {
      gallery.close();
      return open.close();
    },
  };
}

async function answer(gallery: MailGallery, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://preview');
  if (request.method !== 'GET') return reply(response, 405, 'text/plain', 'only GET');
  const asset = Object.hasOwn(PAGE, url.pathname) ? PAGE[url.pathname] : undefined;
  if (asset !== undefined) {
    const content = await readFile(join(pageFolder, asset.file), 'utf8');
    return reply(response, 200, asset.type, content, PAGE_POLICY);
  }
  if (url.pathname === '/changes') return streamChanges(gallery, request, response);
  if (url.pathname === '/mails') return reply(response, 200, 'application/json', JSON.stringify(await gallery.mails()));
  const [, name, language] = /^\/mails\/([^/]+)\/([^/]+)$/.exec(url.pathname) ?? [];
  const mail = (await gallery.mails()).find((candidate) => candidate.name === name);
  const rendered = new Map(Object.entries(mail?.rendered ?? {})).get(language ?? '');
  if (rendered === undefined) return reply(response, 404, 'text/plain', `no page ${url.pathname}`);
  if ('error' in rendered) return reply(response, 200, 'text/plain', rendered.error);
  const scheme = url.searchParams.get('scheme') === 'dark' ? 'dark' : 'light';
  reply(response, 200, 'text/html', asScheme(rendered.html, scheme), MAIL_POLICY);
}

function reply(response: ServerResponse, status: number, type: string, body: string, policy = "default-src 'none'") {
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'cache-control': 'no-store',
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}

function streamChanges(gallery: MailGallery, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write('retry: 500\n\n');
  const stop = gallery.onChange((change) => response.write(`data: ${change}\n\n`));
  request.once('close', stop);
}
