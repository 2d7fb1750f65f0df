import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The files that try whole systems for a minute and more, of Postern's own and not of what a product adds: half of the time of all tests.
 * `check`, which somebody waits for before each commit, leaves them to `test` and to CI. The longest first.
 */
export const WHOLE_SYSTEMS = [
  'packages/local/test/product.test.ts',
  'services/gateway/test/accounts-oracle.test.ts',
  'services/worker/test/kill.test.ts',
  'services/worker/test/console-browser.test.ts',
  'packages/local/test/main-job.test.ts',
  'services/gateway/test/rotation-under-load.test.ts',
  'services/gateway/test/http-commands.test.ts',
  'packages/local/test/bounce-trace.test.ts',
];

/** The files that take longest, the longest first: whole systems, kills, commands as processes. A test holds that they exist. */
export const LONGEST = [
  ...WHOLE_SYSTEMS,
  'packages/proof/test/experiments.test.ts',
  'services/gateway/test/http-outages.test.ts',
  'services/worker/test/worker-process.test.ts',
  'services/gateway/test/http-shutdown.test.ts',
  'packages/local/test/start-errors.test.ts',
  'services/worker/test/black-hole.test.ts',
  'services/worker/test/operations.test.ts',
  'services/worker/test/smtp-outcomes.test.ts',
  'packages/local/test/database-trouble.test.ts',
  'packages/local/test/traces.test.ts',
  'services/worker/test/refusals.test.ts',
  'services/worker/test/paused-replicas.test.ts',
  'packages/local/test/postern.test.ts',
  'packages/local/test/work.test.ts',
  'packages/runtime/src/time/expire-after.test.ts',
];

/** Begins with the longest files, so that the end of a run is not one of them alone: a fresh clone does not know how long each took. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const index = LONGEST.indexOf(relative(this.ctx.config.root, moduleId));
      return index === -1 ? LONGEST.length : index;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}
