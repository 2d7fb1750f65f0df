import type { Logger } from '../logging/logger.ts';
import { errorMessage } from '../text/errors.ts';
import { type MysqlAddress, readMysqlUrl } from './database-url.ts';

/**
 * The address for each new connection: the URL is asked for again and its certificates are read again, since a password or a
 * certificate is replaced while the process runs. One that cannot be read (half written) leaves the previous one in place.
 */
export function freshAddress(url: string, reread: (() => string) | undefined, logger: Logger): () => MysqlAddress {
  let last = readMysqlUrl(url);
  if (!reread) return () => last;
  return () => {
    try {
      last = readMysqlUrl(reread());
    } catch (error) {
      logger.warn('DATABASE_URL cannot be read again: the previous one stays in use', { reason: errorMessage(error) });
    }
    return last;
  };
}
