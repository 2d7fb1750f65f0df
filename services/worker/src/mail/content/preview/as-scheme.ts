const QUERY = /@media \(prefers-color-scheme:dark\)/g;

/** The mail as a client in that colour scheme shows it, whatever scheme the browser of the preview has. */
export function asScheme(html: string, scheme: 'light' | 'dark'): string {
  return html
    .replace(QUERY, scheme === 'dark' ? '@media all' : '@media not all')
    .replace('color-scheme:light dark', `color-scheme:${scheme}`)
    .replace('<meta name="color-scheme" content="light dark">', `<meta name="color-scheme" content="${scheme}">`);
}
