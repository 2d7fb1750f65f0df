import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Logger, readCookie } from '@postern/runtime';
import { type Html, html, path } from '../../mail/content/html.ts';
import type { OperatorAudit } from '../../operators/operator-audit.ts';
import type { OperatorSession, OperatorSessions } from '../../operators/operator-sessions.ts';
import type { OperatorSignIn } from '../../operators/operator-sign-in.ts';
import { layout } from '../views/layout.ts';
import { notice } from '../views/notice.ts';
import { link } from '../views/parts.ts';
import { signInPage } from '../views/sign-in-page.ts';
import type { Assets } from './assets.ts';
import { type Answer, ConsoleFault, type ConsoleRoute, findRoute, type Section } from './console-route.ts';
import { PAGE_HEADERS } from './page-headers.ts';
import { readForm } from './read-form.ts';
import { cookieHeader, cookieName } from './session-cookie.ts';
import { isFromElsewhere, isOurHost, type Site } from './site-checks.ts';

interface ConsoleAppParts {
  site: Site;
  assets: Assets;
  sessions: OperatorSessions;
  signIn: OperatorSignIn;
  audit: OperatorAudit;
  routes: readonly ConsoleRoute[];
  logger: Logger;
  now: () => Date;
}

/** The query's field that names what has just been done, for the notice above the page. */
const DID = 'did';
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** One exchange with a browser: who asks, whether they may, and the page that answers. */
export class ConsoleApp {
  readonly #parts: ConsoleAppParts;
  readonly #assets: ReadonlyMap<string, Assets[keyof Assets]>;

  constructor(parts: ConsoleAppParts) {
    this.#parts = parts;
    this.#assets = new Map(Object.values(parts.assets).map((asset) => [asset.path.toString(), asset]));
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { site, logger } = this.#parts;
    for (const [name, value] of Object.entries(PAGE_HEADERS)) response.setHeader(name, value);
    try {
      if (!isOurHost(request.headers.host, site)) {
        throw new ConsoleFault(403, 'This name is not one that the console is reached by: see WORKER_CONSOLE_URL.');
      }
      await this.#answer(request, response);
    } catch (error) {
      // Whoever asked has gone, or has half of an answer: there is nobody to show a page to, and nothing to add to it.
      if (response.destroyed || response.headersSent) return void response.destroy();
      const fault = error instanceof ConsoleFault ? error : undefined;
      if (!fault) logger.error('the console could not answer', { path: request.url?.split('?')[0], error });
      const text =
        fault?.message ?? 'Something that this page needs does not answer. The worker’s log says what it was.';
      // What is left of a form that is too long is not read.
      if (!request.complete) response.setHeader('connection', 'close');
      this.#page(
        response,
        fault?.status ?? 500,
        'Not possible',
        html`<h1>Not possible</h1><p role="alert">${text}</p><p>${link(path`/`, 'To the overview')}</p>`,
      );
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', headers } = request;
    const url = URL.parse(request.url ?? '/', 'http://console');
    if (!url) throw new ConsoleFault(400, 'This is not the address of a page.');
    const asset = this.#assets.get(url.pathname);
    if (asset) {
      response.writeHead(200, {
        'content-type': asset.contentType,
        'cache-control': 'private, max-age=31536000, immutable',
      });
      response.end(asset.content);
      return;
    }
    if (method === 'POST' && isFromElsewhere(headers)) {
      throw new ConsoleFault(403, 'This form was sent from another site.');
    }
    // Before the session is looked for: a form comes as slowly as its sender likes, and the operator may be removed meanwhile.
    const form = method === 'POST' ? await readForm(request) : undefined;
    const token = readCookie(headers.cookie, cookieName(headers.host, this.#parts.site));
    const session = await this.#parts.sessions.find(token);
    if (url.pathname === '/sign-in') return this.#signIn(request, response, { session, form });
    if (!session || token === undefined) return toSignIn(request, response);
    if (url.pathname === '/sign-out' && form) {
      requireFormToken(form, session);
      await this.#parts.sessions.end(token);
      response.setHeader('set-cookie', cookieHeader('', headers.host, this.#parts.site));
      return redirect(response, '/sign-in');
    }
    await this.#route(request, response, { url, session, form: form ?? new URLSearchParams() });
  }

  async #route(
    request: IncomingMessage,
    response: ServerResponse,
    { url, session, form }: { url: URL; session: OperatorSession; form: URLSearchParams },
  ): Promise<void> {
    const { routes, audit, now } = this.#parts;
    const { method = 'GET' } = request;
    const { route, params, allowed } = findRoute(routes, method, url.pathname);
    if (!route) {
      if (allowed.length === 0)
        throw new ConsoleFault(404, 'There is no such page. It may have moved: choose an area above.');
      response.setHeader('allow', allowed.join(', '));
      throw new ConsoleFault(405, `This page accepts ${allowed.join(' and ')}.`);
    }
    const { operator, formToken } = session;
    if (route.method === 'POST') {
      requireFormToken(form, session);
      if (operator.role !== 'act') {
        await audit.record({ operator: operator.name, action: 'act', target: url.pathname }, 'refused', 'role read');
        throw new ConsoleFault(403, `${operator.name} may only read. Whoever runs the worker can give the role act.`);
      }
    }
    const answer = await route.handle({ params, query: url.searchParams, form, operator, formToken, now: now() });
    await this.#send(response, answer, session, url.searchParams.get(DID));
  }

  async #send(response: ServerResponse, answer: Answer, session: OperatorSession, did: string | null): Promise<void> {
    if (answer.kind === 'redirect') return redirect(response, answer.to.toString());
    if (answer.kind === 'fragment') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(answer.body.toString());
      return;
    }
    const done = did !== null && ID.test(did) ? await this.#parts.audit.find(did) : undefined;
    const signedIn = { ...session, section: answer.section, notice: done ? notice(done) : html`` };
    this.#page(response, answer.status ?? 200, answer.title, answer.body, signedIn);
  }

  #page(
    response: ServerResponse,
    status: number,
    title: string,
    body: Html,
    signedIn?: OperatorSession & { section: Section; notice: Html },
  ): void {
    const { assets } = this.#parts;
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' });
    response.end(layout({ assets, title, body, ...(signedIn && { signedIn }) }));
  }

  async #signIn(
    request: IncomingMessage,
    response: ServerResponse,
    { session, form }: { session: OperatorSession | undefined; form: URLSearchParams | undefined },
  ): Promise<void> {
    const { signIn, site } = this.#parts;
    const page = (status: number, shown: Parameters<typeof signInPage>[0]) =>
      this.#page(response, status, 'Sign in', signInPage(shown));
    if (!form) return session ? redirect(response, '/') : page(200, {});
    const name = (form.get('name') ?? '').trim().toLowerCase().slice(0, 60);
    const token = await signIn.attempt(name, form.get('secret') ?? '', request.socket.remoteAddress ?? '');
    if (token === undefined) return page(403, { name, fault: 'No operator has this name and secret.' });
    response.setHeader('set-cookie', cookieHeader(token, request.headers.host, site));
    redirect(response, '/');
  }
}

/** @throws ConsoleFault for a form that was not on a page of this session */
function requireFormToken(form: URLSearchParams, { formToken }: OperatorSession): void {
  if (form.get('form_token') !== formToken) {
    throw new ConsoleFault(
      403,
      'This page is from before your last sign-in: go back, load it again, and repeat what you did.',
    );
  }
}

function toSignIn({ method, headers }: IncomingMessage, response: ServerResponse): void {
  if (method === 'POST')
    throw new ConsoleFault(403, 'You are not signed in any more: sign in, and repeat what you did.');
  // A part of a page that refreshes itself must not put the form into its place.
  if (headers['hx-request'] !== undefined) response.writeHead(401, { 'hx-redirect': '/sign-in' }).end();
  else redirect(response, '/sign-in');
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(303, { location }).end();
}
