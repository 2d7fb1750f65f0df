import { ConfigError } from '../configuration/env.ts';
import { errorMessage } from '../text/errors.ts';

/** Nobody else can fix them: the port is in use, needs a privilege, or the address is not one of this machine's. */
const CONFIGURATION_FAULTS = new Set(['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL']);

/**
 * What `listening` resolves to. A port that cannot be had is an error in the configuration, and reported as one.
 *
 * @param variable the environment variable that names the port
 * @throws ConfigError for a port that is in use or may not be used; any other error as it is
 */
export async function listenOn<T>(variable: string, listening: Promise<T>): Promise<T> {
  try {
    return await listening;
  } catch (error) {
    const { code } = error as { code?: string };
    if (!code || !CONFIGURATION_FAULTS.has(code)) throw error;
    throw new ConfigError([`${variable}: ${errorMessage(error)}; stop what uses it, or choose another port`]);
  }
}
