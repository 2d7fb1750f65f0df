import type { Terminal } from '../terminal.ts';
import type { PlaygroundState } from './home.ts';

/** What a newcomer needs to know once everything runs: where it is, what to type, how it ends. */
export function printBanner(terminal: Terminal, { urls }: PlaygroundState, tookMs: number): void {
  const row = (label: string, text: string | undefined, note = '') => {
    if (text) terminal.line(`  ${label.padEnd(10)} ${terminal.cyan(text)}${note ? `  ${terminal.dim(note)}` : ''}`);
  };
  terminal.line();
  terminal.line(`${terminal.bold('Postern is running')} ${terminal.dim(`after ${(tookMs / 1000).toFixed(1)} s`)}`);
  terminal.line();
  row('API', urls.gateway);
  row('API docs', urls.gateway && `${urls.gateway}/docs`);
  row('Inbox', urls.inbox, 'every mail it sends appears here');
  row('Console', urls.console, 'to sign in: npx -y pnpm@12 postern operators add me --role act');
  row('Metrics', urls.gateway_ops && `${urls.gateway_ops}/metrics`, urls.worker_ops && `${urls.worker_ops}/metrics`);
  row('SQS', urls.sqs);
  if (urls.gateway) {
    terminal.line();
    terminal.line(
      `Register someone${urls.inbox ? ', then follow the link in the inbox (in a browser it asks for this password)' : ''}:`,
    );
    terminal.line();
    for (const line of registerCommand(urls.gateway)) terminal.line(`  ${line}`);
  }
  terminal.line();
  terminal.line(
    terminal.dim(
      `${urls.gateway && urls.inbox ? '`npx -y pnpm@12 demo` in another terminal walks all the way. ' : ''}Ctrl-C stops everything.`,
    ),
  );
  terminal.line();
}

/** The command to copy. It may be pasted again: a second registration of an address is answered like the first. */
function registerCommand(gateway: string): string[] {
  const body = {
    first_name: 'Ada',
    last_name: 'Lovelace',
    email: 'ada@example.com',
    password: 'correct horse battery',
    password_confirmation: 'correct horse battery',
  };
  return [
    `curl -i ${gateway}/v1/auth/register -H 'content-type: application/json' \\`,
    `  -d '${JSON.stringify(body)}'`,
  ];
}
