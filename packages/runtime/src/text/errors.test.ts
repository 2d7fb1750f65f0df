import { describe, expect, it } from 'vitest';
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

  it('does not repeat the value that MySQL quotes of a duplicate', () => {
    const error = new Error("insert - Duplicate entry 'ann@example.com' for key 'users.email'");
    expect(JSON.stringify(serializeError(error))).not.toContain('ann@example.com');
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

  it('is the text of what was thrown when that is not an error', () => {
    expect(errorMessage('plain')).toBe('plain');
  });
});
