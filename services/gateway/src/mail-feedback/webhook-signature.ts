import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '@postern/runtime';
import { defineProblem } from '../http/route.ts';

/** How far a webhook's time may be from ours: what is older is a replay (Standard Webhooks, "verifying timestamp"). */
const TOLERANCE_SECONDS = 300;

export const WebhookSignatureInvalid = defineProblem({
  type: 'webhook-signature-invalid',
  status: 401,
  title: 'The webhook is not signed by a provider we know',
  explanation:
    'A webhook carries webhook-id, webhook-timestamp (Unix seconds, within five minutes of ours) and webhook-signature (`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`) as Standard Webhooks specifies. One of them is missing, too old, or was made with another secret.',
});

/** The keys of those who may send webhooks; any may have signed, so that one can be replaced without a gap. */
export class WebhookSecrets {
  readonly keys: readonly Buffer[];

  constructor(keys: readonly Buffer[]) {
    this.keys = keys;
  }
}

/**
 * Checks webhooks signed as Standard Webhooks 1.0 says (github.com/standard-webhooks/standard-webhooks), which Resend,
 * Svix and others send and the rest can be bridged to. The signature covers id, time and the bytes of the body.
 */
export class WebhookSignature {
  readonly #secrets: WebhookSecrets;
  readonly #clock: Clock;

  constructor(secrets: WebhookSecrets, clock: Clock) {
    this.#secrets = secrets;
    this.#clock = clock;
  }

  /** @throws ProblemError 401 `webhook-signature-invalid` */
  check(bytes: Buffer, headers: IncomingHttpHeaders): void {
    const id = headers['webhook-id'];
    const timestamp = headers['webhook-timestamp'];
    const signatures = headers['webhook-signature'];
    if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string') {
      throw WebhookSignatureInvalid.error({ detail: 'webhook-id, webhook-timestamp or webhook-signature is missing.' });
    }
    const ageSeconds = this.#clock.now().getTime() / 1000 - Number(timestamp);
    if (!/^\d{1,12}$/.test(timestamp) || Math.abs(ageSeconds) > TOLERANCE_SECONDS) {
      throw WebhookSignatureInvalid.error({ detail: 'webhook-timestamp is not within five minutes of our time.' });
    }
    const given = signatures
      .split(' ')
      .filter((signature) => signature.startsWith('v1,'))
      .map((signature) => Buffer.from(signature.slice(3), 'base64'));
    const good = this.#secrets.keys.some((secret) => {
      const expected = createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(bytes).digest();
      return given.some((signature) => signature.length === expected.length && timingSafeEqual(signature, expected));
    });
    if (!good) throw WebhookSignatureInvalid.error({ detail: 'webhook-signature does not match.' });
  }
}
