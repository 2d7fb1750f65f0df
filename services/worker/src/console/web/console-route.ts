import type { Html, Path } from '../../mail/content/html.ts';
import type { Operator } from '../../operators/operators.ts';

/** A request of somebody who is signed in; one that changes something has passed the checks for that. */
export interface ConsoleRequest {
  /** What is in the path in place of `:name`. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** The fields of a posted form. */
  form: URLSearchParams;
  operator: Operator;
  /** What a form on the page has to carry. */
  formToken: string;
  now: Date;
}

/** The areas of the console, in the order of its menu. */
export const SECTIONS = [
  { path: '/', name: 'Overview' },
  { path: '/queues', name: 'Queues' },
  { path: '/dead-letters', name: 'Dead letters' },
  { path: '/requests', name: 'Requests' },
  { path: '/trace', name: 'Trace' },
  { path: '/waits', name: 'What waits' },
  { path: '/mails', name: 'Mails' },
  { path: '/suppressions', name: 'Suppressions' },
  { path: '/outbox', name: 'Outbox' },
  { path: '/schedules', name: 'Schedules' },
  { path: '/audit', name: 'Audit' },
] as const;

export type Section = (typeof SECTIONS)[number]['path'];

export type Answer =
  | { kind: 'page'; status?: number; title: string; section: Section; body: Html }
  /** A part of a page, for what refreshes itself. */
  | { kind: 'fragment'; body: Html }
  | { kind: 'redirect'; to: Path };

export interface ConsoleRoute {
  /** POST changes something, and is for operators who may act. */
  method: 'GET' | 'POST';
  /** Such as `/mails/:id`. */
  path: string;
  handle(request: ConsoleRequest): Promise<Answer>;
}

/** What shows something. */
export function get(path: string, handle: ConsoleRoute['handle']): ConsoleRoute {
  return { method: 'GET', path, handle };
}

/** What changes something. */
export function post(path: string, handle: ConsoleRoute['handle']): ConsoleRoute {
  return { method: 'POST', path, handle };
}

/** A page of one of the areas. */
export function page(section: Section, title: string, body: Html): Answer {
  return { kind: 'page', section, title, body };
}

/** What the person who asked can fix: the page shows the message. */
export class ConsoleFault extends Error {
  override name = 'ConsoleFault';
  readonly status: number;

  constructor(status: 400 | 403 | 404 | 405 | 409 | 413, message: string) {
    super(message);
    this.status = status;
  }
}

/** The route for a path, with the values of its placeholders; `allowed` names the methods that the path has. */
export function findRoute(
  routes: readonly ConsoleRoute[],
  method: string,
  path: string,
): { route: ConsoleRoute | undefined; params: Record<string, string>; allowed: string[] } {
  const matching = routes.flatMap((route) => {
    const params = match(route.path, path);
    return params ? [{ route, params }] : [];
  });
  const found = matching.find(({ route }) => route.method === (method === 'HEAD' ? 'GET' : method));
  const allowed = [...new Set(matching.map(({ route }) => route.method))];
  return { route: found?.route, params: found?.params ?? {}, allowed };
}

function match(pattern: string, path: string): Record<string, string> | undefined {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const text = given[index] ?? '';
    if (!part.startsWith(':')) {
      if (part !== text) return undefined;
    } else {
      const value = decode(text);
      if (!value) return undefined;
      params[part.slice(1)] = value;
    }
  }
  return params;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
