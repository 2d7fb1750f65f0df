import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { errorMessage, type Logger } from '@postern/runtime';

/** How often the files are read again, in milliseconds. Polled: a mounted secret is a symbolic link that is swapped. */
const POLL_MS = 5_000;

export interface TlsPaths {
  certFile: string;
  keyFile: string;
}

interface TlsPair {
  cert: string;
  key: string;
}

/**
 * Reads a certificate chain and its private key.
 *
 * @throws Error saying which file is at fault: unreadable, not PEM, or a key of another certificate
 */
export async function readTlsPair({ certFile, keyFile }: TlsPaths): Promise<TlsPair> {
  const [cert, key] = await Promise.all([readText('TLS_CERT_FILE', certFile), readText('TLS_KEY_FILE', keyFile)]);
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    throw new Error(`TLS_CERT_FILE and TLS_KEY_FILE are not a certificate with its key: ${errorMessage(cause)}`, {
      cause,
    });
  }
  return { cert, key };
}

async function readText(name: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new Error(`${name} cannot be read: ${errorMessage(cause)}`, { cause });
  }
}

interface TlsWatch {
  /** Looks at once instead of at the next turn (SIGHUP). */
  check(): Promise<void>;
  stop(): void;
}

/**
 * Hands over a new pair when the files change. A pair that does not fit together, as between the writing of the two
 * files, is said in the log and the old one stays.
 */
export function watchTlsFiles(
  paths: TlsPaths,
  current: TlsPair,
  { logger, apply, pollMs = POLL_MS }: { logger: Logger; apply: (pair: TlsPair) => void; pollMs?: number },
): TlsWatch {
  let served = digest(current);
  let complained = '';
  const check = async (): Promise<void> => {
    try {
      const pair = await readTlsPair(paths);
      complained = '';
      if (digest(pair) === served) return;
      apply(pair);
      served = digest(pair);
      logger.info('the TLS certificate was reloaded');
    } catch (error) {
      if (complained === errorMessage(error)) return;
      complained = errorMessage(error);
      logger.warn('the TLS files changed and cannot be used; the previous certificate stays in use', { error });
    }
  };
  const timer = setInterval(() => void check(), pollMs);
  timer.unref();
  return { check, stop: () => clearInterval(timer) };
}

function digest({ cert, key }: TlsPair): string {
  return createHash('sha256').update(cert).update('\u0000').update(key).digest('hex');
}
