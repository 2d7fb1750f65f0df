import type { Writable } from 'node:stream';
import winston from 'winston';

/** Some thousand lines: a reader that pauses for a moment gets all of them. */
const MAX_BYTES = 1024 * 1024;

/**
 * Leaves lines out while the log's reader has stopped reading: they would be kept in memory until the process is killed for it. The
 * next line that is written says how many there were, in `lines_left_out`.
 */
export function leaveOutUnread(stream: Pick<Writable, 'writableLength'>): winston.Logform.Format {
  let leftOut = 0;
  return winston.format((line) => {
    if (stream.writableLength > MAX_BYTES) {
      leftOut += 1;
      return false;
    }
    if (leftOut === 0) return line;
    const all = leftOut + Number(line.lines_left_out ?? 0);
    leftOut = 0;
    return { ...line, lines_left_out: all };
  })();
}
