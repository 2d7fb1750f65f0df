import { secondsOf } from './problem.ts';

export interface Retry {
  /** How often a request is sent at most. */
  tries: number;
  /** The longest wait between two of them, in seconds; a longer one is reported instead of waited for. */
  maxWaitSeconds: number;
}

/** Whether a request may be sent again at all. */
interface Repeat {
  /** It does no harm: reading, and whatever has an Idempotency-Key. */
  repeatable: boolean;
  signal: AbortSignal;
  /** Asked after the wait: whether it would still be sent as who began it. */
  isOwn: () => boolean;
}

/** The wait after a connection that broke, where no answer says how long. */
const BROKEN_SECONDS = 0.5;

/**
 * Sends a request, and again what was not done or can be repeated: 429 and 503 after the wait that the answer asks for, broken
 * connections where a repeat is harmless.
 *
 * @param send sends a copy of the request each time
 */
export async function sendAgain(
  send: () => Promise<Response>,
  { repeatable, signal, isOwn }: Repeat,
  { tries, maxWaitSeconds }: Retry,
): Promise<Response> {
  for (let left = tries - 1; ; left--) {
    let wait = BROKEN_SECONDS;
    let end: () => Response;
    try {
      const response = await send();
      end = () => response;
      const asked = response.status === 429 || response.status === 503 ? secondsOf(response) : undefined;
      if (left <= 0 || asked === undefined || asked > maxWaitSeconds) return response;
      if (!repeatable && (await mayHaveBeenDone(response))) return response;
      wait = asked;
    } catch (error) {
      if (left <= 0 || !repeatable || signal.aborted) throw error;
      end = () => {
        throw error;
      };
    }
    await pause(wait * 1_000, signal);
    if (!isOwn()) return end();
  }
}

/** Only one kind of 503 leaves open whether it was done. */
async function mayHaveBeenDone(response: Response): Promise<boolean> {
  if (response.status !== 503) return false;
  const text = await response.clone().text();
  return !text.includes('/problems/unavailable"') && !text.includes('/problems/overloaded"');
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(end, ms);
    function end() {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      if (signal.aborted) reject(signal.reason);
      else resolve();
    }
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
