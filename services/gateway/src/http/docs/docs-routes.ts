import { describeMessages } from '@postern/events';
import { z } from 'zod';
import { allProblems, describeApi } from '../openapi/document.ts';
import { defineRoute, type Route } from '../route.ts';
import { type Asset, assets } from './assets.ts';
import { problemPages } from './problem-pages.ts';

/** Scripts and styles are files of ours only; what Swagger UI styles by itself it sets through the DOM, which is allowed. */
const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Postern API</title><link rel="icon" href="/docs/favicon.png"><link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body><div id="swagger-ui"></div><script src="/docs/swagger-ui.js"></script><script src="/docs/initializer.js"></script>
<noscript>This page needs JavaScript. The description itself is at <a href="/openapi.json">/openapi.json</a>, the kinds of
problem at <a href="/problems">/problems</a>, events and jobs at <a href="/asyncapi.json">/asyncapi.json</a>.</noscript></body></html>
`;

/** `/openapi.json`, `/asyncapi.json`, `/docs` and `/problems`: they describe `operations` and need no database. */
export function docsRoutes(operations: readonly Route[], options: { version: string; problemBase: string }): Route[] {
  const own = { tags: ['documentation'], auth: 'none' as const };
  const schema = z.looseObject({ openapi: z.string() });
  const openApi: Route = defineRoute({
    ...own,
    method: 'get',
    path: '/openapi.json',
    operationId: 'getOpenApi',
    summary: 'This description',
    responses: { 200: { description: 'OpenAPI 3.1.', schema, contentType: 'application/json' } },
    handle: async () => ({ status: 200, body: describedApi(), headers: { 'content-type': 'application/json' } }),
  });
  const describedApi = madeOnce(() => describeApi([...operations, openApi], options));
  const page = defineRoute({
    ...own,
    method: 'get',
    path: '/docs',
    operationId: 'getDocs',
    summary: 'The description as a page',
    hidden: true,
    responses: { 200: { description: 'A page.', contentType: 'text/html' } },
    handle: async () => ({
      status: 200,
      body: PAGE,
      headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': CSP },
    }),
  });
  const describedMessages = madeOnce(() => describeMessages(options.version));
  const asyncApi = defineRoute({
    ...own,
    method: 'get',
    path: '/asyncapi.json',
    operationId: 'getAsyncApi',
    summary: 'The events and jobs of the system',
    hidden: true,
    responses: { 200: { description: 'AsyncAPI 3.0.', contentType: 'application/json' } },
    handle: async () => ({
      status: 200,
      body: describedMessages(),
      headers: { 'content-type': 'application/json' },
    }),
  });
  const home = defineRoute({
    ...own,
    method: 'get',
    path: '/',
    operationId: 'getHome',
    summary: 'To the documentation',
    hidden: true,
    responses: { 303: { description: 'To /docs.', contentType: 'text/html' } },
    handle: async () => ({ status: 303, headers: { location: '/docs' } }),
  });
  const problems = allProblems([...operations, openApi]);
  return [openApi, asyncApi, page, home, ...assets.map(assetRoute), ...problemPages(problems, options.problemBase)];
}

/**
 * With the first request, since a start has no milliseconds for what hardly anybody asks for; and once, as bytes that all answers share,
 * or a stranger would have them spent with each.
 */
function madeOnce(make: () => object): () => Buffer {
  let text: Buffer | undefined;
  return () => (text ??= Buffer.from(JSON.stringify(make())));
}

function assetRoute({ path, contentType, load }: Asset): Route {
  return defineRoute({
    method: 'get',
    path,
    operationId: `asset ${path}`,
    summary: 'A file of the documentation pages',
    tags: ['documentation'],
    auth: 'none',
    hidden: true,
    responses: { 200: { description: 'A file.', contentType: contentType.split(';')[0] as string } },
    handle: async () => ({
      status: 200,
      body: await load(),
      headers: { 'content-type': contentType, 'cache-control': 'public, max-age=3600' },
    }),
  });
}
