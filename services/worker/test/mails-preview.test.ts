import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { languages } from '@postern/locales';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PreviewServer, previewServer } from '../src/mail/content/preview/preview-server.ts';
import type { PreviewedMail } from '../src/mail/content/preview/render-all.ts';

let server: PreviewServer;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-preview-'));
  server = await previewServer({ port: 0, watchedFolder: folder });
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const get = (path: string) => fetch(new URL(path, server.url));

describe('the page of mails', () => {
  it('lists every mail in every language', async () => {
    const list = (await (await get('/mails')).json()) as PreviewedMail[];
    expect(list.map(({ name }) => name)).toContain('verification');
    for (const { rendered } of list) expect(Object.keys(rendered)).toEqual([...languages]);
  });

  it('shows them with all that a brand has, its support address too', async () => {
    const list = (await (await get('/mails')).json()) as PreviewedMail[];
    for (const { rendered } of list) {
      for (const mail of Object.values(rendered)) {
        expect(mail).toMatchObject({ html: expect.stringContaining('"mailto:help@example.com"') });
      }
    }
  });

  it('shows a mail in light and in dark, and lets it run and load nothing', async () => {
    const light = await get('/mails/welcome/en');
    const dark = await get('/mails/welcome/en?scheme=dark');
    expect(await light.text()).toContain('@media not all{');
    expect(await dark.text()).toContain('@media all{');
    expect(dark.headers.get('content-security-policy')).toMatch(/^default-src 'none'.*sandbox/);
  });

  it.each(['/', '/client.js', '/style.css'])('has its %s', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it.each(['/mails/nope/en', '/mails/welcome/xx', '/mails/welcome/__proto__', '/nope', '/../package.json'])(
    'has no %s',
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );

  it('answers GET alone', async () => {
    expect((await fetch(server.url, { method: 'POST' })).status).toBe(405);
  });

  it.each([
    ['a mail', 'a-mail.ts', 'changed'],
    ['the page itself', 'page.css', 'page'],
    ['the mails again', 'another-mail.ts', 'changed'],
  ])('reports it when %s has changed, and renders again', async (_name, file, told) => {
    const changes = await get('/changes');
    const reader = changes.body?.pipeThrough(new TextDecoderStream()).getReader();
    if (reader === undefined) throw new Error('no stream of changes');
    await writeFile(join(folder, file), '/* changed */');
    let heard = '';
    while (!/data: .*\n/.test(heard)) {
      const { value, done } = await reader.read();
      if (done) throw new Error('the stream of changes ended');
      heard += value;
    }
    expect(heard).toContain(`data: ${told}\n\n`);
    await reader.cancel();
    expect((await get('/mails')).status).toBe(200);
  });
});

it('reports that its port is in use', async () => {
  await expect(previewServer({ port: server.port, watchedFolder: folder })).rejects.toThrow('EADDRINUSE');
});
