import { errorMessage } from '../text/errors.ts';
import { within } from '../time/within.ts';

interface Check {
  name: string;
  ok: boolean;
  /** What is wrong, for the person who reads the endpoint; without addresses or secrets. */
  detail?: string;
}

export interface HealthReport {
  /** Whether every one of `checks` is; the details have no say. */
  ok: boolean;
  checks: Check[];
  /** Parts around the process that it can do without for a while. */
  details?: Check[];
}

/** How long a readiness check may take; a hanging database must not make the endpoint hang with it. */
const READINESS_TIMEOUT_MS = 2_000;
/** A detail may not make an orchestrator's probe run out of time (Kubernetes gives it one second). */
const DETAIL_WAIT_MS = 250;

/**
 * What a process says of itself. Liveness: restart me if false (event loop or poll loop stalled). Readiness: send me
 * work if true (I can serve); false from the moment it drains. What all replicas share and can do without for a while is a
 * detail: were it a reason not to be ready, its outage would take every replica out of the load balancer at once.
 */
export class Health {
  readonly #liveness: { name: string; check: () => string | undefined }[] = [];
  readonly #readiness: { name: string; check: () => Promise<void> }[] = [];
  readonly #details = new Map<string, () => Promise<void>>();
  /** Checks that have not ended: a part is asked once, not with every probe, however many ask at once or how long it takes. */
  readonly #asking = new Map<() => Promise<void>, Promise<Check>>();
  #draining = false;

  /** `check` returns what is wrong, or undefined. It must not block: liveness does not depend on other systems. */
  addLiveness(name: string, check: () => string | undefined): void {
    this.#liveness.push({ name, check });
  }

  /** `check` throws when the process cannot work at the moment. */
  addReadiness(name: string, check: () => Promise<void>): void {
    this.#readiness.push({ name, check });
  }

  /** `check` throws when the part does not work at the moment. It is reported beside readiness, and never changes it. */
  addDetail(name: string, check: () => Promise<void>): void {
    this.#details.set(name, check);
  }

  /** From now on readiness is false, whatever the checks say. */
  drain(): void {
    this.#draining = true;
  }

  get draining(): boolean {
    return this.#draining;
  }

  live(): HealthReport {
    const checks = this.#liveness.map(({ name, check }): Check => {
      const detail = check();
      return detail === undefined ? { name, ok: true } : { name, ok: false, detail };
    });
    return { ok: checks.every(({ ok }) => ok), checks };
  }

  async ready(): Promise<HealthReport> {
    const [checks, details] = await Promise.all([
      Promise.all(this.#readiness.map(({ name, check }) => this.#ask(name, check))),
      this.details(),
    ]);
    if (this.#draining) checks.unshift({ name: 'draining', ok: false, detail: 'this process is shutting down' });
    return { ok: checks.every(({ ok }) => ok), checks, ...(details.length > 0 && { details }) };
  }

  details(): Promise<Check[]> {
    return Promise.all(
      [...this.#details].map(([name, check]) =>
        runCheck(name, async () => requireOk(await this.#ask(name, check)), DETAIL_WAIT_MS),
      ),
    );
  }

  #ask(name: string, check: () => Promise<void>): Promise<Check> {
    const asked = this.#asking.get(check);
    if (asked) return asked;
    const asking = runCheck(name, check, READINESS_TIMEOUT_MS).finally(() => this.#asking.delete(check));
    this.#asking.set(check, asking);
    return asking;
  }
}

function requireOk({ ok, detail }: Check): void {
  if (!ok) throw new Error(detail);
}

async function runCheck(name: string, check: () => Promise<void>, limitMs: number): Promise<Check> {
  try {
    await within(limitMs, check());
    return { name, ok: true };
  } catch (error) {
    return { name, ok: false, detail: errorMessage(error) };
  }
}
