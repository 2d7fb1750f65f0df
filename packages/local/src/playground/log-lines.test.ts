import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryRoot } from '../repository.ts';
import { Terminal } from '../terminal.ts';
import { advisedMessages } from './advice.ts';
import { logPrinter } from './log-lines.ts';

function printed(verbose: boolean, ...lines: string[]): string {
  let text = '';
  const terminal = new Terminal({ write: (part: string) => (text += part) }, {});
  for (const line of lines) logPrinter(terminal, 'worker', { verbose })(line);
  return text;
}

const info = '{"level":"info","message":"ready","service":"worker","queue":"mail"}';
const warning = '{"level":"warn","message":"SQS does not answer","error":{"message":"ECONNREFUSED"},"attempt":3}';

test('warnings and errors are reported in words, with their cause and fields', () => {
  expect(printed(false, info, warning)).toBe('  worker  warn  SQS does not answer  ECONNREFUSED  attempt=3\n');
});

test('verbose reports everything, plain text included', () => {
  expect(printed(true, info, 'plain', '{"not":"a log line"}')).toBe(
    '  worker  info  ready  queue=mail\n  worker plain\n  worker {"not":"a log line"}\n',
  );
});

test('an outbox row that is dead is reported as an error, with what happened to it and what to do', () => {
  const [message] = advisedMessages;
  const text = printed(
    false,
    JSON.stringify({ level: 'error', message, row: 7, error: { message: 'refused by SQS' } }),
  );
  expect(text).toContain('error a message of the outbox cannot be sent');
  expect(text).toContain('refused by SQS  row=7');
  expect(text).toMatch(/→ .* is kept in the database.*npx -y pnpm@12 postern worker outbox dead.*outbox retry all/);
});

test('there is advice only on lines that are written', () => {
  const sources = ['durable/src/outbox/outbox-failures.ts', 'sqs/src/consumer/settler.ts'];
  const text = sources.map((it) => readFileSync(join(repositoryRoot, 'packages', it), 'utf8')).join();
  expect(advisedMessages.filter((message) => !text.includes(`'${message}'`))).toEqual([]);
});

test('an error shows the line of our sources that threw it, and not one of a library', () => {
  const path = join(repositoryRoot, 'packages/local/src/playground/advice.ts');
  const stack = `Error: no\n    at x (${repositoryRoot}/node_modules/zod/a.ts:1:1)\n    at y (file://${path}:1:7)`;
  const text = printed(false, JSON.stringify({ level: 'warn', message: 'failed', error: { message: 'no', stack } }));
  expect(text).toContain("at packages/local/src/playground/advice.ts:1  const postern = 'npx -y pnpm@12 postern';");
});

test('an error of the database shows the line that sent the statement', () => {
  const path = join(repositoryRoot, 'packages/local/src/playground/advice.ts');
  const stack = `Error: no\n    at query (file://${repositoryRoot}/packages/runtime/src/database/mysql-client.ts:1:1)\n    at async y (file://${path}:1:7)`;
  const text = printed(false, JSON.stringify({ level: 'error', message: 'failed', error: { message: 'no', stack } }));
  expect(text).toContain('at packages/local/src/playground/advice.ts:1  const postern');
});

test('raw lines stay as the services write them', () => {
  let text = '';
  const terminal = new Terminal({ write: (part: string) => (text += part) }, {});
  logPrinter(terminal, 'worker', { verbose: true, raw: true })(warning);
  expect(text).toBe(`${warning}\n`);
});
