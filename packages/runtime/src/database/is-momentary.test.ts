import { expect, it } from 'vitest';
import { CommitOutcomeUnknown, DatabaseSilent } from './database-unavailable.ts';
import { isMomentary } from './is-momentary.ts';

const said = (errno: number, code = 'ER_SOMETHING') => Object.assign(new Error(), { errno, code });

it('passes by itself: a database that is away, another transaction in the way, a COMMIT whose answer was lost', () => {
  const errors = [
    ...[new DatabaseSilent(10), new CommitOutcomeUnknown(new DatabaseSilent(10)), said(1290)],
    ...[said(1205, 'ER_LOCK_WAIT_TIMEOUT'), said(1213, 'ER_LOCK_DEADLOCK'), said(1020), said(0, 'SQLITE_BUSY')],
  ];
  expect(errors.filter((error) => !isMomentary(error))).toEqual([]);
});

it('does not pass: a value that is refused, a statement that is wrong, an error of the program', () => {
  const errors = [said(1062, 'ER_DUP_ENTRY'), said(1406, 'ER_DATA_TOO_LONG'), said(1054), new TypeError('no')];
  expect(errors.filter(isMomentary)).toEqual([]);
});
