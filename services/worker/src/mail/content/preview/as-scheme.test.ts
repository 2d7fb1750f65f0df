import { expect, it } from 'vitest';
import { WelcomeMail } from '../mails/index.ts';
import { renderMail } from '../render-mail.ts';
import { asScheme } from './as-scheme.ts';
import { sampleLinks as links } from './sample-links.ts';

it.each([
  ['light', '@media not all{'],
  ['dark', '@media all{'],
] as const)('shows a mail in %s, whatever the browser prefers', (scheme, query) => {
  const shown = asScheme(renderMail(WelcomeMail, { data: { first_name: 'Ann' }, links }).html, scheme);
  expect(shown).toContain(query);
  expect(shown).toContain(`:root{color-scheme:${scheme};`);
  expect(shown).toContain(`<meta name="color-scheme" content="${scheme}">`);
  expect(shown).not.toContain('prefers-color-scheme');
});
