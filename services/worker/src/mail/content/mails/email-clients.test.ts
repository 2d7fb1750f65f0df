import { caniemail } from 'caniemail';
import { describe, expect, it } from 'vitest';
import { sampleBrand as brand, sampleLinks as links } from '../preview/sample-links.ts';
import { renderMail } from '../render-mail.ts';
import { mails } from './index.ts';

/** Clients that nearly all mail is read in. (Thunderbird for Windows has no data for `color-scheme`, so it is not here.) */
const clients: Parameters<typeof caniemail>[0]['clients'] = [
  ...(['apple-mail.ios', 'apple-mail.macos', 'gmail.android', 'gmail.ios', 'gmail.desktop-webmail'] as const),
  ...(['outlook.windows', 'outlook.macos', 'outlook.ios', 'outlook.android', 'outlook.outlook-com'] as const),
  ...(['yahoo.android', 'yahoo.ios', 'yahoo.desktop-webmail', 'samsung-email.android', 'thunderbird.macos'] as const),
  ...([
    'gmx.desktop-webmail',
    'web-de.desktop-webmail',
    'protonmail.desktop-webmail',
    'fastmail.desktop-webmail',
  ] as const),
];

/** What one of the clients does not know, and what a reader of it gets instead. Anything else is a fault. */
const fallbacks: Record<string, string> = {
  'color-scheme CSS property': 'light colours, or what the client makes of them',
  'color-scheme meta tag': 'light colours, or what the client makes of them',
  '@media': 'light colours, and paddings and labels as on a desktop; the card narrows by itself',
  'Attribute selector': 'only Outlook’s own apps read the rules with [data-ogsc]',
  'Class selector': 'every element has its light style in it',
  'Descendant combinator': 'only Outlook’s own apps read the rules with [data-ogsc]',
  '<style> element': 'every element has its light style in it',
  '!important keyword': 'it is used only in <style>, which is an extra',
  '<body> element': 'the table that fills it has the same background and direction',
  'border-radius': 'square corners',
  'word-break': 'clients that lack it break long addresses anyway, or scroll',
  'white-space': 'a label of two words may take two lines',
  'max-height property': 'the preheader is hidden by mso-hide and display: none',
  overflow: 'the preheader is hidden by mso-hide and display: none',
  'height property': 'the mark is as high as its line',
  'lang attribute': 'a screen reader guesses the language',
  'role attribute': 'a screen reader may announce the tables',
  'dir attribute': 'text-align is written out, and Arabic letters run right to left by themselves',
};

describe('the HTML check (data of caniemail.com)', () => {
  it.each([...mails].map((mail) => [mail.name, mail] as const))(
    'finds in %s only what has a fallback',
    (_name, mail) => {
      const { html } = renderMail(mail, { data: mail.options.sample, locale: 'ar', links, brand });
      const { issues } = caniemail({ clients, html });
      const unsupported = [...issues.errors].flatMap(([client, found]) =>
        found.map(({ title }) => `${title}: ${client}`),
      );
      expect(unsupported.filter((issue) => fallbacks[issue.slice(0, issue.lastIndexOf(':'))] === undefined)).toEqual(
        [],
      );
    },
  );

  it('would find what most clients lack', () => {
    const html = '<p style="position:fixed;display:grid">x</p><video></video>';
    const { issues } = caniemail({ clients: ['gmail.desktop-webmail'], html });
    expect([...issues.errors].flatMap(([, found]) => found.map(({ title }) => title))).toEqual([
      'position',
      '<video> element',
    ]);
  });
});
