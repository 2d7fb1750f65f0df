import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { linkForm } from '../accounts/links/link-page.ts';
import { page, paragraph, readerOf } from './page.ts';

const reader = readerOf({ productName: 'Acme' });

describe('a hosted page', () => {
  it('escapes what it is given', () => {
    const evil = '"><script>alert(1)</script>';
    const { body } = page(reader, {
      status: 200,
      title: evil,
      content: paragraph(evil) + linkForm(reader, '/x', evil, { button: evil }),
    });
    expect(String(body)).not.toContain('<script');
  });

  it('says whose it is, in its title and above it, as the mails do', () => {
    const { body } = page(reader, { status: 200, title: 'A page', content: '' });
    expect(String(body)).toContain('<title>A page · Acme</title>');
    expect(String(body)).toContain('<p class="product" dir="auto">Acme</p>');
  });

  it('allows its own style by hash, and nothing else', () => {
    const { body, headers } = page(reader, { status: 200, title: 'A page', content: '' });
    const style = /<style>([\s\S]*?)<\/style>/.exec(String(body))?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(headers?.['content-security-policy']).toContain(`style-src 'sha256-${hash}'`);
  });
});
