import { setTimeout as sleep } from 'node:timers/promises';
import { errorMessage, type Logger } from '@postern/runtime';
import type { AuditedAct, OperatorAudit } from '../../operators/operator-audit.ts';

/** How long a page waits for what it began, in milliseconds; then it shows how far it is. */
const TIMEOUT_MS = 1_500;
/** How often an act that goes on writes down how far it is, in milliseconds. */
const PROGRESS_MS = 1_000;

type Act = (progress: (detail: string) => void) => Promise<string>;

/**
 * What operators do, each with its entry in the audit from before it begins. One that takes long goes on without its page, and any page
 * of any replica shows how far it is. A process that ends meanwhile leaves it as `begun`.
 */
export class Acts {
  readonly #audit: OperatorAudit;
  readonly #logger: Logger;
  readonly #running = new Set<Promise<void>>();

  constructor(audit: OperatorAudit, logger: Logger) {
    this.#audit = audit;
    this.#logger = logger;
  }

  /**
   * @param work returns what came of it, in words; what it throws is what went wrong
   * @returns the id of its entry in the audit, when it is over or the page has waited long enough
   */
  async run(act: AuditedAct, detail: string, work: Act): Promise<string> {
    const id = await this.#audit.begin(act, detail);
    const running = this.#do(id, act, work).finally(() => this.#running.delete(running));
    this.#running.add(running);
    await Promise.race([running, sleep(TIMEOUT_MS, undefined, { ref: false })]);
    return id;
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #do(id: string, act: AuditedAct, work: Act): Promise<void> {
    let wroteAt = performance.now();
    let writing = Promise.resolve();
    const progress = (detail: string) => {
      if (performance.now() - wroteAt < PROGRESS_MS) return;
      wroteAt = performance.now();
      // How far it is may be lost; its end is not.
      writing = this.#audit.progress(id, detail).catch(() => undefined);
    };
    const end = await work(progress).then(
      (detail) => ['done', detail] as const,
      (error: unknown) => ['failed', errorMessage(error)] as const,
    );
    await writing;
    const [result, detail] = end;
    this.#logger.info('an operator acted', { ...act, result, detail });
    try {
      await this.#audit.end(id, result, detail);
    } catch (error) {
      this.#logger.error('the end of what an operator did is not in the audit', { ...act, result, detail, error });
    }
  }
}
