import { expect, it } from 'vitest';
import { sessionSettings } from './mysql-session.ts';

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
