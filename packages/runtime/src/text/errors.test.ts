import { describe, expect, it } from 'vitest';
import { errorPlaces } from './error-places.ts';
import { errorMessage, serializeError } from './errors.ts';

describe('an error in a log line', () => {
  it('keeps name, code and causes', () => {
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    expect(serializeError(new TypeError('no database', { cause }))).toMatchObject({
      name: 'TypeError',
      message: 'no database',
      cause: { message: 'refused', code: 'ECONNREFUSED' },
    });
  });

  it('has no value that a database quotes, nor in its stack or its causes', () => {
    const cause = new Error("Incorrect integer value: 'ann@example.com' for column `p`.`users`.`age` at row 1");
    const error = new Error("insert - Duplicate entry 'ann@example.com' for key 'users.email'", { cause });
    expect(JSON.stringify(serializeError(error))).not.toContain('ann@example.com');
    const last = "Truncated incorrect DOUBLE value: 'ann@example.com'";
    expect(JSON.stringify(serializeError(new Error(last)))).not.toContain('ann@example.com');
    expect(serializeError(last)).toEqual({ message: "Truncated incorrect DOUBLE value: '…'" });
  });

  it('is written whatever a library has made of it: an error among its own parts, or what throws when it is read', () => {
    const ring = new AggregateError([new Error('refused')], '');
    ring.errors.push(ring);
    expect(errorMessage(ring)).toBe('refused; AggregateError');
    const thorny = new Error('no database');
    for (const name of ['stack', 'code', 'cause']) {
      Object.defineProperty(thorny, name, {
        get: () => {
          throw new Error(`no ${name}`);
        },
      });
    }
    expect(serializeError(thorny)).toEqual({ name: 'Error', message: 'no database' });
    expect(errorPlaces(thorny)).toEqual([]);
  });

  it('ends at five causes deep', () => {
    const endless = new Error('round and round');
    endless.cause = endless;
    expect(JSON.stringify(serializeError(endless)).match(/cause/g)).toHaveLength(5);
  });
});

describe('the message of an error', () => {
  it('is that of its parts where it has none of its own, as with a refused connection', () => {
    expect(errorMessage(new AggregateError([new Error('::1 refused'), new Error('127.0.0.1 refused')], ''))).toBe(
      '::1 refused; 127.0.0.1 refused',
    );
  });

  it.each([
    ["Duplicate entry 'ann@example.com' for key 'email'", "Duplicate entry '…' for key 'email'"],
    ["Duplicate entry 'o' for key'-ann@example.com' for key 'email'", "Duplicate entry '…' for key 'email'"],
    [
      "Incorrect string value: 'ann@example.com' for column 'a' at row 1",
      "Incorrect string value: '…' for column 'a' at row 1",
    ],
    ["Truncated incorrect INTEGER value: 'ann@example.com'", "Truncated incorrect INTEGER value: '…'"],
    ["the right syntax to use near 'ann@example.com')' at line 1", "the right syntax to use near '…' at line 1"],
    [
      "Truncated incorrect DECIMAL value: 'ann@example.com'\nand more",
      "Truncated incorrect DECIMAL value: '…'\nand more",
    ],
    ["Duplicate entry '' for key 'email'", "Duplicate entry '…' for key 'email'"],
    ["Data too long for column 'name' at row 1", "Data too long for column 'name' at row 1"],
  ])('has no value that a database quotes: %s', (message, expected) => {
    expect(errorMessage(new Error(message))).toBe(expected);
    expect(errorMessage(message)).toBe(expected);
  });

  it.each(["Duplicate entry '", 'ncorrect ', "syntax to use near '"])(
    'is found in one look, also in a stranger’s words that begin again and again as if a value followed: %s',
    (beginning) => {
      // Looked for the end from each of them, it takes minutes: longer than a test may.
      const words = beginning.repeat(100_000);
      expect(errorMessage(new Error(words))).toBe(words);
    },
  );

  it.each([
    ['of a message that is no text', Object.assign(new Error(), { message: 42, stack: 42 }), '42'],
    ['of parts that are no list', Object.assign(new AggregateError([]), { errors: 5 }), 'AggregateError'],
    ['without any text', Object.create(null), 'something without words was thrown'],
  ])('is a text whatever was thrown: something %s', (_what, thrown, expected) => {
    expect(errorMessage(thrown)).toBe(expected);
    expect(serializeError(thrown)).toMatchObject({ message: expected });
  });

  it('is the text of what was thrown when that is not an error', () => {
    expect(errorMessage('plain')).toBe('plain');
  });
});
