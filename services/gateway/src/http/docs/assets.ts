import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** Shows `/openapi.json`. `validatorUrl: null` keeps the description from being sent to swagger.io. */
const INITIALIZER = `window.addEventListener('load', () => {
  window.ui = SwaggerUIBundle({
    url: '/openapi.json',
    dom_id: '#swagger-ui',
    deepLinking: true,
    validatorUrl: null,
    persistAuthorization: false,
    tryItOutEnabled: true,
    displayRequestDuration: true,
  });
});
`;

const PAGE_CSS = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
code, pre { font: 0.9em/1.5 ui-monospace, monospace; }
pre { padding: 1rem; overflow-x: auto; border: 1px solid #8884; border-radius: 0.5rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 0.4rem 0.8rem 0.4rem 0; border-bottom: 1px solid #8884; vertical-align: top; }
`;

/** A file of the documentation pages, with its type. */
export interface Asset {
  path: string;
  contentType: string;
  load(): Promise<string | Buffer>;
}

const require = createRequire(import.meta.url);

/** Swagger UI comes from its npm package, which is beside the bundle in the container; nothing comes from a CDN. */
function swaggerFile(name: string): () => Promise<Buffer> {
  let content: Promise<Buffer> | undefined;
  return () => {
    content ??= readFile(require.resolve(`swagger-ui-dist/${name}`));
    return content;
  };
}

export const assets: readonly Asset[] = [
  { path: '/docs/swagger-ui.css', contentType: 'text/css; charset=utf-8', load: swaggerFile('swagger-ui.css') },
  {
    path: '/docs/swagger-ui.js',
    contentType: 'text/javascript; charset=utf-8',
    load: swaggerFile('swagger-ui-bundle.js'),
  },
  { path: '/docs/favicon.png', contentType: 'image/png', load: swaggerFile('favicon-32x32.png') },
  { path: '/docs/initializer.js', contentType: 'text/javascript; charset=utf-8', load: async () => INITIALIZER },
  { path: '/docs/page.css', contentType: 'text/css; charset=utf-8', load: async () => PAGE_CSS },
];
