import { errorMessage } from './errors.ts';

export interface Check {
  name: string;
  ok: boolean;
  /** What is wrong, for the person who reads the endpoint; without addresses or secrets. */
  detail?: string;
}

export interface HealthReport {
  ok: boolean;
  checks: Check[];
}

/** How long a readiness check may take; a hanging database must not make the endpoint hang with it. */
const READINESS_TIMEOUT_MS = 2_000;

/**
 * What a process says of itself. Liveness: restart me if false (event loop or poll loop stalled). Readiness: send me
 * work if true (database and queue answer); false from the moment it drains.
 */
export class Health {
  readonly #liveness: { name: string; check: () => string | undefined }[] = [];
  readonly #readiness: { name: string; check: () => Promise<void> }[] = [];
  #draining = false;

  /** `check` returns what is wrong, or undefined. It must not block: liveness does not depend on other systems. */
  addLiveness(name: string, check: () => string | undefined): void {
    this.#liveness.push({ name, check });
  }

  /** `check` throws when the process cannot work at the moment. */
  addReadiness(name: string, check: () => Promise<void>): void {
    this.#readiness.push({ name, check });
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
    const checks = await Promise.all(
      this.#readiness.map(async ({ name, check }): Promise<Check> => {
        const { promise: expired, reject } = Promise.withResolvers<never>();
        const timer = setTimeout(
          () => reject(new Error(`no answer in ${READINESS_TIMEOUT_MS} ms`)),
          READINESS_TIMEOUT_MS,
        );
        try {
          await Promise.race([check(), expired]);
          return { name, ok: true };
        } catch (error) {
          return { name, ok: false, detail: errorMessage(error) };
        } finally {
          clearTimeout(timer);
        }
      }),
    );
    if (this.#draining) checks.unshift({ name: 'draining', ok: false, detail: 'this process is shutting down' });
    return { ok: checks.every(({ ok }) => ok), checks };
  }
}
