import { expect, it } from 'vitest';
import winston from 'winston';
import { leaveOutUnread } from './unread-lines.ts';

it('leaves lines out while nobody reads the log, and the next one reports how many', () => {
  const stream = { writableLength: 0 };
  const format = leaveOutUnread(stream);
  const written = (fields = {}) => format.transform({ level: 'info', message: 'a line', ...fields });
  expect(written()).toEqual({ level: 'info', message: 'a line' });
  stream.writableLength = 2 * 1024 * 1024;
  expect([written(), written()]).toEqual([false, false]);
  stream.writableLength = 0;
  expect(written({ lines_left_out: 5 })).toMatchObject({ lines_left_out: 7 });
  expect(written()).toEqual({ level: 'info', message: 'a line' });
});

it('keeps what winston knows a line by', () => {
  const stream = { writableLength: 2 * 1024 * 1024 };
  const format = winston.format.combine(leaveOutUnread(stream), winston.format.json());
  expect(format.transform({ level: 'info', message: 'first' })).toBe(false);
  stream.writableLength = 0;
  const line = format.transform({ level: 'info', message: 'second' });
  expect(line).toMatchObject({ [Symbol.for('message')]: '{"level":"info","lines_left_out":1,"message":"second"}' });
});
