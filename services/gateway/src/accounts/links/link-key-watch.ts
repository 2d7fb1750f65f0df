import type { LinkPurpose, UnprovenLink } from '@postern/events';
import { type Clock, type Logger, type Metrics, RecurringWarnings } from '@postern/runtime';
import type { AccountsConfig } from '../config.ts';

const OUTCOMES = ['used', 'unknown-key', 'wrong-mac'] as const;

const TO_DO =
  'Gateways and workers need the same ring in LINK_KEY (`gateway config` and `worker config` show the ids of its keys): docs/rotating-secrets.md';

/**
 * Notices that workers have another LINK_KEY than this gateway: every link that they mail is answered as broken, and nothing else shows it. Told of
 * links beside their number that were used, as whoever has a link of their own can spoil its signature.
 */
export class LinkKeyWatch {
  readonly #ring: AccountsConfig['env']['LINK_KEY'];
  readonly #links;
  readonly #warnings: RecurringWarnings;

  constructor({ env }: Pick<AccountsConfig, 'env'>, metrics: Metrics, logger: Logger, clock: Clock) {
    this.#ring = env.LINK_KEY;
    this.#links = metrics.counter(
      'mailed_links_total',
      'Mailed links that were used, and brought ones that would work if a key of this gateway had signed them',
      ['outcome'],
    );
    // An alert on `increase` needs a start.
    for (const outcome of OUTCOMES) this.#links.labels({ outcome });
    this.#warnings = new RecurringWarnings({ logger, clock });
  }

  used(): void {
    this.#links.inc({ outcome: 'used' });
  }

  /** A link that this product has issued, and that would work now, has the signature of no key that this gateway has. */
  notSigned(purpose: LinkPurpose, { keyId, claim }: UnprovenLink): void {
    const outcome = this.#ring.find(keyId) ? 'wrong-mac' : 'unknown-key';
    this.#links.inc({ outcome });
    const fields = { reason: outcome, key_id: keyId, key_ids_here: this.#ring.ids, link_id: claim.id, purpose };
    this.#warnings.warn(outcome, 'a mailed link is not signed with our LINK_KEY', { ...fields, action: TO_DO });
  }
}
