import { type Direction, type Language, messages } from '@postern/locales';
import { Html, html } from '../html.ts';
import type { Brand } from './brand.ts';
import { htmlToText } from './html-to-text.ts';
import { htmlTokens } from './html-tokens.ts';
import { styleTags } from './style-tags.ts';
import { darkCss, outlookDarkCss, phoneCss } from './stylesheet.ts';

/** What surrounds every mail of a brand in a language. */
interface Frame {
  /** The page up to its title, up to the preheader, up to the card's content, up to the footer's end, and the rest. */
  pieces: readonly [string, string, string, string, string];
  footerText: string;
}

// Separate <style> elements: Gmail throws a whole one away for one rule that it cannot read.
const HEAD_STYLES = Html.fromTrusted(
  `<style>:root{color-scheme:light dark;supported-color-schemes:light dark}</style>
<style>${phoneCss}</style>
<style>${darkCss}</style>
<style>${outlookDarkCss}</style>
<!--[if mso]><xml><o:OfficeDocumentSettings><o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml>
<style>table{border-collapse:collapse}td,th,p,h1,h2,a,li{font-family:'Segoe UI',Arial,sans-serif!important}</style><![endif]-->`,
);
/** Width of the card in pixels: the 560 to 600 that all clients' reading panes have room for. */
const cardWidth = 560;
// Word ignores max-width: it gets a table of that width around ours.
const MSO_OPEN = Html.fromTrusted(
  `<!--[if mso]><table role="presentation" align="center" width="${cardWidth}" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->`,
);
const MSO_CLOSE = Html.fromTrusted('<!--[if mso]></td></tr></table><![endif]-->');

const GAP = '<!--gap-->';
const gap = Html.fromTrusted(GAP);

const frames = new WeakMap<Brand, Map<Language, Frame>>();

/** Made once for each brand and language: nine tenths of a mail are its frame. */
export function frameOf(brand: Brand, language: Language, direction: Direction): Frame {
  let byLanguage = frames.get(brand);
  if (byLanguage === undefined) {
    byLanguage = new Map();
    frames.set(brand, byLanguage);
  }
  let frame = byLanguage.get(language);
  if (frame === undefined) {
    frame = makeFrame(brand, language, direction);
    byLanguage.set(language, frame);
  }
  return frame;
}

function makeFrame(brand: Brand, language: Language, direction: Direction): Frame {
  const footer = footerOf(brand, language);
  const page = html`<!doctype html>
<html lang="${language}" dir="${direction}" xmlns:o="urn:schemas-microsoft-com:office:office">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width,initial-scale=1">
  <meta name="x-apple-disable-message-reformatting">
  <meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
  <meta name="color-scheme" content="light dark">
  <meta name="supported-color-schemes" content="light dark">
  <title>${gap}</title>
  ${HEAD_STYLES}
</head>
<body data-style="page" dir="${direction}">
  ${gap}
  <table role="presentation" data-style="page" dir="${direction}" width="100%" cellpadding="0" cellspacing="0" border="0">
    <tr><td align="center" data-style="page-cell">
      ${MSO_OPEN}
      <table role="presentation" data-style="wrap" dir="${direction}" width="100%" cellpadding="0" cellspacing="0" border="0">
        <tr><td data-style="brand">${brandMark(brand)}</td></tr>
        <tr><td data-style="card" lang="${language}">
          ${gap}
        </td></tr>
        <tr><td data-style="footer">${footer}${gap}</td></tr>
      </table>
      ${MSO_CLOSE}
    </td></tr>
  </table>
</body>
</html>`;
  const pieces = styleTags(htmlTokens(page.toString()), direction).toString().split(GAP);
  return {
    pieces: pieces as [string, string, string, string, string],
    footerText: htmlToText(htmlTokens(footer.toString()), direction),
  };
}

/** A gate of two colours of CSS: a logo that no client blocks. */
function brandMark(brand: Brand): Html {
  return html`<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>
    <td width="16" valign="top" data-style="brand-mark-cell"><div data-style="brand-mark">&nbsp;</div></td>
    <td width="10" data-style="brand-gap">&nbsp;</td>
    <td data-style="brand-name"><span dir="auto">${brand.name}</span></td>
  </tr></table>`;
}

function footerOf({ name, supportAddress }: Brand, language: Language): Html {
  const { layout } = messages[language];
  return html`<p data-style="footer-text">${layout.reason(name)}</p>
    <p data-style="footer-text">${layout.neverAsks}</p>
    ${
      supportAddress !== undefined &&
      html`<p data-style="footer-text">${layout.help} <a href="${`mailto:${supportAddress}`}" dir="ltr" data-style="footer-link">${supportAddress}</a></p>`
    }`;
}
