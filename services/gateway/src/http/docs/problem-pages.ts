import { escapeHtml } from '@postern/runtime';
import { z } from 'zod';
import { exampleOf } from '../openapi/operation.ts';
import type { ProblemType } from '../problem.ts';
import { NotFound } from '../problems.ts';
import { defineRoute, type Route } from '../route.ts';

/** A page of text; its style is a file of ours, and there is no script. */
const CSP =
  "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** `/problems` lists every kind of problem; `/problems/<type>`, which is the problem's `type` URI, explains one. */
export function problemPages(problems: readonly ProblemType[], problemBase: string): Route[] {
  const responses = { 200: { description: 'A page.', contentType: 'text/html' } };
  return [
    defineRoute({
      method: 'get',
      path: '/problems',
      operationId: 'listProblems',
      summary: 'Kinds of problem',
      tags: ['documentation'],
      auth: 'none',
      hidden: true,
      responses,
      handle: async () => page('Problems', index(problems)),
    }),
    defineRoute({
      method: 'get',
      path: '/problems/:type',
      operationId: 'explainProblem',
      summary: 'What a kind of problem means',
      tags: ['documentation'],
      auth: 'none',
      hidden: true,
      params: z.strictObject({ type: z.string() }),
      responses,
      handle: async ({ params }) => {
        const found = problems.find(({ type }) => type === params.type);
        if (!found) throw NotFound.error({ detail: 'Unknown problem type; /problems lists them all.' });
        return page(found.title, explanation(found, problemBase));
      },
    }),
  ];
}

function index(problems: readonly ProblemType[]): string {
  const rows = problems.map(
    ({ type, status, title }) =>
      `<tr><td>${status}</td><td><a href="/problems/${type}"><code>${type}</code></a></td><td>${escapeHtml(title)}</td></tr>`,
  );
  return `<p>Every error is answered as <code>application/problem+json</code> (RFC 9457). Its <code>type</code> is the address
of one of these pages and never changes its meaning.</p>
<table><thead><tr><th>Status</th><th>Type</th><th>Title</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function explanation(problem: ProblemType, problemBase: string): string {
  const example = JSON.stringify(exampleOf(problem, problemBase), null, 2);
  return `<p><code>${problem.type}</code>, status ${problem.status}</p><p>${prose(problem.explanation)}</p>
<h2>Example</h2><pre>${escapeHtml(example)}</pre><p><a href="/problems">All problems</a> · <a href="/docs">API</a></p>`;
}

function page(title: string, content: string) {
  const body = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · Postern</title><link rel="stylesheet" href="/docs/page.css"></head>
<body><main><h1>${escapeHtml(title)}</h1>${content}</main></body></html>
`;
  const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': CSP };
  return { status: 200 as const, body, headers };
}

/** Backquoted parts as `<code>`; everything else escaped. */
function prose(text: string): string {
  return escapeHtml(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}
