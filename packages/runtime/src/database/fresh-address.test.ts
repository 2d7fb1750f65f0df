import { expect, it } from 'vitest';
import { MemoryLogger } from '../logging/logger.ts';
import { freshAddress } from './fresh-address.ts';

it('the address of a new connection is that of the URL as it is now', () => {
  let url = 'mysql://u:old@h/d';
  const address = freshAddress(url, () => url, new MemoryLogger());
  expect(address().password).toBe('old');
  url = 'mysql://u:new@h/d';
  expect(address().password).toBe('new');
});

it('a URL that cannot be read leaves the previous one, and is reported without its password', () => {
  const logger = new MemoryLogger();
  const address = freshAddress('mysql://u:old@h/d', () => 'mysql://u:new@h/', logger);
  expect(address().password).toBe('old');
  expect(logger.lines).toHaveLength(1);
  expect(JSON.stringify(logger.lines)).not.toContain('new');
});
