import { expect, it } from 'vitest';
import { sessionSettings } from './mysql-session.ts';

it.each([
  ['five seconds of the ten that a statement of a service has', 8_000, 5],
  ['longer where a test gives statements more, so that no wait ends by a server that stood still', 96_000, 60],
  ['a second at least', 1_000, 1],
  ['five in a migration, whose statements have no limit', undefined, 5],
])('a row that another transaction holds is waited for %s', (_what, statementMs, seconds) => {
  expect(sessionSettings(statementMs).join()).toMatch(new RegExp(`innodb_lock_wait_timeout = ${seconds}\\b`));
});

it.each([
  ['sql_mode', 'what a backslash means, and whether a value is cut'],
  ['time_zone', 'what CURRENT_TIMESTAMP is'],
  ['autocommit', 'when a statement counts'],
  ['completion_type', 'what follows a COMMIT'],
  ['default_storage_engine', 'whether tables that are made know transactions at all'],
  ['sql_select_limit', 'how many rows there are'],
])('a session sets %s itself, by which a server decides %s', (variable) => {
  expect(sessionSettings(undefined).join()).toMatch(new RegExp(`\\b${variable} = `));
});
