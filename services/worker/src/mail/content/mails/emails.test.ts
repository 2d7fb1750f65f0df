import { languages, speaks } from '@postern/locales';
import { type ParserError, parse } from 'parse5';
import { describe, expect, it } from 'vitest';
import { sampleLinks as links, sampleBrand } from '../preview/sample-links.ts';
import { renderMail } from '../render-mail.ts';
import { mails } from './index.ts';

/** The name of a product: how long it is decides where a line ends, so that snapshots keep to one that no product has. */
const brand = { ...sampleBrand, name: 'Example' };
const all = [...mails].map((mail) => [mail.name, mail] as const);

describe.each(all)('the mail %s', (name, mail) => {
  const render = (locale: string) => renderMail(mail, { data: mail.options.sample, locale, links, brand });

  it('has sample data, so that it can be previewed', () => {
    expect(mail.options.sample, `add { sample: … } to defineMail('${name}', …)`).toBeDefined();
  });

  it('is sent until it arrives if it has a link that somebody waits for', () => {
    let hasLink = false;
    const build = (...asked: Parameters<typeof links.build>) => {
      hasLink = true;
      return links.build(...asked);
    };
    renderMail(mail, { data: mail.options.sample, locale: 'en', links: { ...links, build }, brand });
    expect(mail.options.unknownPolicy).toBe(hasLink ? 'resend-twice' : 'wait-then-resend-once');
  });

  // To accept a change: npx -y pnpm@12 exec vitest run --project unit services/worker/src/mail/content/mails -u, and read the diff.
  it('reads as it did in every language', async () => {
    const texts = languages.map((language) => {
      const { subject, text } = render(language);
      return `### ${language}\nSubject: ${subject}\n\n${text}`;
    });
    await expect(texts.join('\n')).toMatchFileSnapshot(`__snapshots__/${name}.txt.snap`);
  });

  it.each(['en', 'ar'].filter(speaks))('looks as it did in %s', async (locale) => {
    await expect(render(locale).html).toMatchFileSnapshot(`__snapshots__/${name}.${locale}.html.snap`);
  });

  it.each(languages)('is HTML without a fault in %s', (locale) => {
    const faults: string[] = [];
    parse(render(locale).html, {
      sourceCodeLocationInfo: true,
      onParseError: ({ code, startLine }: ParserError) => faults.push(`${code} in line ${startLine}`),
    });
    expect(faults).toEqual([]);
  });

  it.each(languages)('loads nothing from anywhere in %s, and is far from the 102 KB at which Gmail cuts', (locale) => {
    const { html } = render(locale);
    expect(html).not.toMatch(/<(img|link|script|iframe|object|form|input)\b|url\(|@import|\bsrc=/i);
    expect(Buffer.byteLength(html)).toBeLessThan(20_000);
  });

  it.each(languages)('has a subject in %s that a phone shows', (locale) => {
    const { subject } = render(locale);
    expect(subject).toMatch(/\S/);
    expect(subject.length).toBeLessThanOrEqual(78);
  });

  it.each(languages)('says the same in its text part as in its HTML in %s', (locale) => {
    const { html, text } = render(locale);
    const hrefs = [...html.matchAll(/href="([^"]+)"/g)].map(([, href]) => href ?? '');
    for (const href of hrefs) expect(text).toContain(href.replace(/^mailto:/, '').replaceAll('&amp;', '&'));
    expect(text).not.toMatch(/&[a-z]+;|<\/?[a-z]+>|undefined|null|\[object|\n{3}| \n(?<!-- \n)/);
  });
});
