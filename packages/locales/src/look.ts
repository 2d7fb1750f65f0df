/** The colours that mails and hosted pages share. The tests hold every pair that is read to WCAG 2.2's 4.5 : 1. */
export interface Colours {
  page: string;
  card: string;
  line: string;
  ink: string;
  muted: string;
  accent: string;
  onAccent: string;
  panel: string;
}

export const light: Colours = {
  page: '#f2f4f1',
  card: '#ffffff',
  line: '#dfe4de',
  ink: '#17211d',
  muted: '#5a665f',
  accent: '#0b5d4b',
  onAccent: '#ffffff',
  panel: '#f5f7f4',
};

export const dark: Colours = {
  page: '#101412',
  card: '#191f1c',
  line: '#2f3833',
  ink: '#eaf0ec',
  muted: '#a4b0a9',
  accent: '#57cfae',
  onAccent: '#06231b',
  panel: '#202723',
};

/** What people have already: neither a mail nor a page loads a font. */
export const fontFamily = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";

/** The mark beside the product's name: a door, as the size in pixels and the CSS of its box. */
export const mark = { width: 16, height: 20, radius: '8px 8px 2px 2px' } as const;
