import { readFile } from 'node:fs/promises';
import type { Answer } from './api.ts';
import { parseRaw } from './message.ts';
import type { InboxStore } from './store.ts';

/** The inbox's own page runs its one script and style, and shows mails in a frame; nothing else loads. */
const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; img-src data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** A mail is somebody else's HTML: no script, no form, its own origin; links open beside it. */
const mailPolicy =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; " +
  "img-src data: http: https:; font-src data:; frame-ancestors 'self'";

const files: Record<string, { file: string; type: string }> = {
  '/': { file: 'inbox.html', type: 'text/html; charset=utf-8' },
  '/inbox.css': { file: 'inbox.css', type: 'text/css; charset=utf-8' },
  '/inbox.js': { file: 'inbox.js', type: 'text/javascript; charset=utf-8' },
};

/** The page for people, and Mailpit's `/view/{ID}.html` and `/view/{ID}.txt`. */
export async function answerPage(store: InboxStore, url: URL): Promise<Answer | undefined> {
  const entry = files[url.pathname];
  if (entry) {
    const body = await readFile(new URL(`web/${entry.file}`, import.meta.url));
    return { status: 200, body, type: entry.type, headers: { 'content-security-policy': pagePolicy } };
  }
  const match = /^\/view\/([A-Za-z0-9]+)\.(html|txt)$/.exec(url.pathname);
  return match ? view(store, match[1] ?? '', match[2] === 'html') : undefined;
}

async function view(store: InboxStore, name: string, html: boolean): Promise<Answer> {
  const id = name === 'latest' ? store.latestId() : name;
  const raw = id === undefined ? undefined : store.raw(id);
  if (raw === undefined) return { status: 404, body: 'no such mail', type: 'text/plain' };
  const parsed = await parseRaw(raw);
  if (!html) return { status: 200, body: parsed.text ?? '', type: 'text/plain; charset=utf-8' };
  if (!parsed.html) return { status: 404, body: 'this mail has no HTML part', type: 'text/plain' };
  return {
    status: 200,
    body: `<base target="_blank">${withPictures(parsed.html, parsed.attachments)}`,
    type: 'text/html; charset=utf-8',
    headers: { 'content-security-policy': mailPolicy, 'referrer-policy': 'no-referrer' },
  };
}

/** Puts the pictures a mail carries (`cid:`) into the page, which may load none by itself. */
function withPictures(
  html: string,
  parts: { cid?: string | undefined; contentType: string; content: Buffer }[],
): string {
  return parts.reduce(
    (page, { cid, contentType, content }) =>
      cid ? page.replaceAll(`cid:${cid}`, `data:${contentType};base64,${content.toString('base64')}`) : page,
    html,
  );
}
