/** Colours of a mail. The tests hold every pair that is read to WCAG 2.2's 4.5 : 1. */
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

/** Width of the card in pixels: the 560 to 600 that all clients' reading panes have room for. */
export const cardWidth = 560;
