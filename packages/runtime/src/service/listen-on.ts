import { ConfigError } from '../configuration/env.ts';
import { errorMessage } from '../text/errors.ts';

/** Nobody else can fix them: the port is in use, or needs a privilege. */
const PORT_FAULTS = new Set(['EADDRINUSE', 'EACCES']);
/** The address is not one of this machine's, or none at all. */
const HOST_FAULTS = new Set(['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EAFNOSUPPORT', 'EINVAL']);

/**
 * What `listening` resolves to. A port that cannot be had is an error in the configuration, and reported as one.
 *
 * @param variable the environment variable that names the port
 * @throws ConfigError for a port that is in use or may not be used, and for an address that cannot be; any other error as it is
 */
export async function listenOn<T>(variable: string, listening: Promise<T>): Promise<T> {
  try {
    return await listening;
  } catch (error) {
    const { code = '' } = error as { code?: string };
    const reason = errorMessage(error);
    if (PORT_FAULTS.has(code)) {
      throw new ConfigError([`${variable}: ${reason}; stop what uses it, or choose another port`]);
    }
    if (!HOST_FAULTS.has(code)) throw error;
    throw new ConfigError([`${variable.replace(/PORT$/, 'HOST')}: ${reason}; name an address of this machine`]);
  }
}
