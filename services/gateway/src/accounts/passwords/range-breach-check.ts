import { createHash } from 'node:crypto';
import { boundedText, fetchFailure, type Logger, type Metrics } from '@postern/runtime';
import { BreachCheck } from './breach-check.ts';

/** A person waits for this answer; a slow service is worth no more than an absent one. */
const TIMEOUT_MS = 1_500;
const PREFIX_LENGTH = 5;
/** A range has about 1,000 lines of 40 characters, with padding 2,000. */
const MAX_BYTES = 1_000_000;

/**
 * Asks a range API (that of Have I Been Pwned, or one's own mirror of it) by k-anonymity: only the first five digits of the
 * password's SHA-1 leave the house, and padding hides how many answers there were (ASVS 5.0, 6.2.12; NIST SP
 * 800-63B-4, 3.1.1.2). Fails open: an outage over there must not stop sign-ups here; the metric shows it.
 */
export class RangeBreachCheck extends BreachCheck {
  readonly #url: string;
  readonly #logger: Logger;
  readonly #checks;
  readonly #timeoutMs: number;

  constructor(url: string, logger: Logger, metrics: Metrics, timeoutMs = TIMEOUT_MS) {
    super();
    this.#timeoutMs = timeoutMs;
    this.#url = url.endsWith('/') ? url : `${url}/`;
    this.#logger = logger;
    this.#checks = metrics.counter('password_breach_checks_total', 'Passwords looked up in the breached set', [
      'outcome',
    ]);
  }

  override async isBreached(password: string): Promise<boolean> {
    const hash = createHash('sha1').update(password, 'utf8').digest('hex').toUpperCase();
    try {
      const response = await fetch(`${this.#url}${hash.slice(0, PREFIX_LENGTH)}`, {
        headers: { 'add-padding': 'true', accept: 'text/plain' },
        redirect: 'error',
        signal: AbortSignal.timeout(this.#timeoutMs),
      });
      if (!response.ok) throw new Error(`the range API answered ${response.status}`);
      const breached = hasSuffix(await boundedText(response, MAX_BYTES), hash.slice(PREFIX_LENGTH));
      this.#checks.inc({ outcome: breached ? 'breached' : 'clean' });
      return breached;
    } catch (error) {
      this.#checks.inc({ outcome: 'failed' });
      this.#logger.warn('the breach check failed; the password was let through', { reason: fetchFailure(error) });
      return false;
    }
  }
}

/** Lines are `SUFFIX:count`; padding has count 0 and does not count. */
function hasSuffix(answer: string, suffix: string): boolean {
  return answer.split('\n').some((line) => {
    const [found, count] = line.trim().split(':');
    return found?.toUpperCase() === suffix && Number(count) > 0;
  });
}
