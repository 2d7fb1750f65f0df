import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request as requestTo, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const PAGES = ['/', '/verify-email'];

/**
 * Serves the example front end, and hands the API on to a gateway, so that both are one origin. With the playground
 * (`npx -y pnpm@12 start`): set APP_URL to this server's address, and mailed links lead here.
 */
export async function serveExample(gatewayUrl: () => string, port: number): Promise<Server> {
  const html = readFileSync(join(import.meta.dirname, 'index.html'));
  const bundle = await rolldown({ input: join(import.meta.dirname, 'page.ts') });
  const { output } = await bundle.generate({ format: 'es' });
  await bundle.close();
  const script = output[0].code;
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] as string;
    if (path.startsWith('/v1/')) handOn(gatewayUrl(), request, response);
    else if (path === '/page.js') response.setHeader('content-type', 'text/javascript; charset=utf-8').end(script);
    else if (PAGES.includes(path)) response.setHeader('content-type', 'text/html; charset=utf-8').end(html);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return server;
}

function handOn(gatewayUrl: string, request: IncomingMessage, response: ServerResponse): void {
  const { method, headers, url } = request;
  const onward = requestTo(new URL(url ?? '/', gatewayUrl), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () =>
    response.headersSent ? response.destroy() : response.writeHead(502).end('the gateway does not answer\n'),
  );
  request.pipe(onward);
}

if (import.meta.main) {
  const gatewayUrl = process.argv[2] ?? 'http://127.0.0.1:3000';
  await serveExample(() => gatewayUrl, 5173);
  process.stdout.write(`http://127.0.0.1:5173 is the example front end of ${gatewayUrl}\n`);
}
