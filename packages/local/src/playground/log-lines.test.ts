import { expect, test } from 'vitest';
import { Terminal } from '../terminal.ts';
import { logPrinter } from './log-lines.ts';

function printed(verbose: boolean, ...lines: string[]): string {
  let text = '';
  const terminal = new Terminal({ write: (part: string) => (text += part) }, {});
  for (const line of lines) logPrinter(terminal, 'worker', verbose)(line);
  return text;
}

const info = '{"level":"info","message":"ready","service":"worker","queue":"mail"}';
const warning = '{"level":"warn","message":"SQS does not answer","error":{"message":"ECONNREFUSED"},"attempt":3}';

test('warnings and errors are told in words, with their cause and fields', () => {
  expect(printed(false, info, warning)).toBe('  worker  warn  SQS does not answer  ECONNREFUSED  attempt=3\n');
});

test('verbose tells everything, plain text included', () => {
  expect(printed(true, info, 'plain', '{"not":"a log line"}')).toBe(
    '  worker  info  ready  queue=mail\n  worker plain\n  worker {"not":"a log line"}\n',
  );
});
