import { type Colours, type Direction, dark, fontFamily as FONT, light, mark } from '@postern/locales';

/** What an element gets: an inline style for every client, and a class by which dark mode finds it. */
export interface ElementStyle {
  style: string;
  class?: string;
}

const MONO = "ui-monospace,SFMono-Regular,Menlo,Consolas,'Courier New',monospace";
/** Word, which draws Outlook's mails, takes a line height for the least one unless it is configured otherwise. */
const line = (pixels: number) => `mso-line-height-rule:exactly;line-height:${pixels}px;`;
const BODY = `font-family:${FONT};font-size:16px;${line(26)}color:${light.ink};`;
const SMALL = `font-family:${FONT};font-size:13px;${line(20)}color:${light.muted};`;

/**
 * Styles by tag name and, for parts of the layout, by the name in their `data-style`. They are written into the elements
 * because Gmail for other providers' accounts and several webmailers drop <style>; right-to-left mails get theirs
 * mirrored because Outlook knows neither `start` nor logical properties.
 */
export function stylesheet(direction: Direction): Readonly<Record<string, ElementStyle>> {
  const [start, end] = direction === 'rtl' ? ['right', 'left'] : ['left', 'right'];
  const tight = direction === 'rtl' ? '' : 'letter-spacing:-0.2px;';
  return {
    page: { style: `margin:0;padding:0;background-color:${light.page};`, class: 'page' },
    'page-cell': { style: 'padding:32px 12px 40px;', class: 'page gutter' },
    wrap: { style: 'width:100%;max-width:560px;margin:0 auto;' },
    brand: {
      style: `padding:0 4px 20px;text-align:${start};font-family:${FONT};font-size:17px;${line(24)}font-weight:600;color:${light.ink};`,
      class: 'ink',
    },
    'brand-mark-cell': {
      style: `width:${mark.width}px;padding:2px 0 0;vertical-align:top;font-size:1px;${line(20)}`,
    },
    'brand-mark': {
      style: `width:${mark.width}px;height:${mark.height}px;background-color:${light.accent};border-radius:${mark.radius};font-size:1px;${line(20)}`,
      class: 'accent-bg',
    },
    'brand-gap': { style: `width:10px;font-size:1px;${line(1)}` },
    'brand-name': {
      style: `font-family:${FONT};font-size:17px;${line(24)}font-weight:600;color:${light.ink};text-align:${start};word-break:break-word;`,
      class: 'ink',
    },
    card: {
      style: `padding:40px 40px 24px;background-color:${light.card};border:1px solid ${light.line};border-radius:14px;text-align:${start};word-break:break-word;`,
      class: 'card pad',
    },
    'fallback-table': { style: 'margin:28px 0 0;' },
    fallback: {
      style: `padding:16px 0 8px;border-top:1px solid ${light.line};${SMALL}text-align:${start};`,
      class: 'line muted',
    },
    'fallback-link': {
      style: `color:${light.accent};text-decoration:underline;word-break:break-all;font-size:12px;${line(18)}`,
      class: 'link',
    },
    footer: { style: `padding:24px 4px 0;${SMALL}text-align:${start};word-break:break-word;`, class: 'muted' },
    'footer-text': { style: `margin:0 0 6px;${SMALL}`, class: 'muted' },
    'footer-link': { style: `color:${light.muted};text-decoration:underline;`, class: 'muted' },
    h1: {
      style: `margin:0 0 20px;font-family:${FONT};font-size:24px;${line(32)}font-weight:600;${tight}color:${light.ink};`,
      class: 'ink title',
    },
    h2: {
      style: `margin:28px 0 12px;font-family:${FONT};font-size:18px;${line(26)}font-weight:600;color:${light.ink};`,
      class: 'ink',
    },
    p: { style: `margin:0 0 16px;${BODY}`, class: 'ink' },
    // Small print: what one needs to read only if something is wrong.
    note: {
      style: `margin:0 0 12px;font-family:${FONT};font-size:14px;${line(22)}color:${light.muted};`,
      class: 'muted',
    },
    a: { style: `color:${light.accent};text-decoration:underline;`, class: 'link' },
    ul: { style: `margin:0 0 16px;padding:0;padding-${start}:24px;${BODY}`, class: 'ink' },
    ol: { style: `margin:0 0 16px;padding:0;padding-${start}:24px;${BODY}`, class: 'ink' },
    li: { style: 'margin:0 0 6px;' },
    small: { style: `font-size:13px;${line(20)}color:${light.muted};`, class: 'muted' },
    code: { style: `font-family:${MONO};font-size:15px;` },
    hr: { style: `margin:24px 0;border:0;border-top:1px solid ${light.line};`, class: 'line' },
    'button-table': { style: 'margin:28px 0;', class: 'wide' },
    // Word, which draws Outlook's mails, ignores padding on a link and takes it from the cell.
    'button-cell': {
      style: `background-color:${light.accent};border-radius:10px;text-align:center;mso-padding-alt:14px 28px;`,
      class: 'accent-bg',
    },
    button: {
      style: `display:block;padding:14px 28px;font-family:${FONT};font-size:16px;${line(22)}font-weight:600;color:${light.onAccent};text-decoration:none;border-radius:10px;`,
      class: 'on-accent',
    },
    facts: {
      style: `width:100%;margin:8px 0 24px;background-color:${light.panel};border-radius:10px;`,
      class: 'panel',
    },
    'facts-cell': { style: 'padding:10px 20px;' },
    'fact-label': {
      style: `padding:6px 0;padding-${end}:16px;font-family:${FONT};font-size:14px;${line(22)}font-weight:400;color:${light.muted};white-space:nowrap;vertical-align:top;text-align:${start};`,
      class: 'muted stack',
    },
    'fact-value': {
      style: `padding:6px 0;font-family:${FONT};font-size:15px;${line(22)}color:${light.ink};vertical-align:top;text-align:${start};width:100%;word-break:break-word;`,
      class: 'ink stack stack-value',
    },
  };
}

/** For phones: the whole width for the card, and labels above their values. */
export const phoneCss = `@media (max-width:520px){
.gutter{padding:20px 8px 28px!important}
.pad{padding:28px 22px 16px!important}
.title{font-size:22px!important;line-height:30px!important}
.wide{width:100%!important}
.stack{display:block!important;padding:6px 0 0!important}
.stack-value{padding:0 0 6px!important}
}`;

/** For clients that follow the system's dark mode (Apple Mail, iOS, Thunderbird, Outlook for Mac). */
export const darkCss = `@media (prefers-color-scheme:dark){\n${rules('', '', dark)}\n}`;

/** Outlook's web and phone apps mark what they darken: text with data-ogsc, backgrounds with data-ogsb. */
export const outlookDarkCss = rules('[data-ogsc] ', '[data-ogsb] ', dark);

function rules(text: string, ground: string, colours: Colours): string {
  return [
    `${ground}.page{background-color:${colours.page}!important}`,
    `${ground}.card{background-color:${colours.card}!important}`,
    `${ground}.panel{background-color:${colours.panel}!important}`,
    `${ground}.accent-bg{background-color:${colours.accent}!important}`,
    `${text}.card,${text}.line{border-color:${colours.line}!important}`,
    `${text}.ink{color:${colours.ink}!important}`,
    `${text}.muted{color:${colours.muted}!important}`,
    `${text}.link{color:${colours.accent}!important}`,
    `${text}.on-accent{color:${colours.onAccent}!important}`,
  ].join('\n');
}
