import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Path } from '../../mail/content/html.ts';
import { path } from '../../mail/content/html.ts';
import { script } from './script.ts';
import { style } from './style.ts';

/** A file of the pages. Its path has a digest of its content, so that browsers keep it for good. */
interface Asset {
  path: Path;
  contentType: string;
  content: string;
}

/** What the pages load besides themselves; read once, when the console opens. htmx comes from its npm package, which is beside the bundle. */
export interface Assets {
  style: Asset;
  script: Asset;
  htmx: Asset;
  icon: Asset;
}

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="#1d5c4d"/><path d="M4.5 13V7a3.5 3.5 0 0 1 7 0v6z" fill="#fff"/><circle cx="9.6" cy="9.6" r=".9" fill="#1d5c4d"/></svg>`;

export function readAssets(): Assets {
  const htmx = createRequire(import.meta.url).resolve('htmx.org/dist/htmx.min.js');
  return {
    style: asset('console', 'css', 'text/css', style),
    script: asset('console', 'js', 'text/javascript', script),
    htmx: asset(
      'htmx',
      'js',
      'text/javascript',
      readFileSync(htmx, 'utf8').replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n'),
    ),
    icon: asset('icon', 'svg', 'image/svg+xml', ICON),
  };
}

function asset(name: string, ending: string, type: string, content: string): Asset {
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 16);
  return { path: path`/assets/${name}.${digest}.${ending}`, contentType: `${type}; charset=utf-8`, content };
}
