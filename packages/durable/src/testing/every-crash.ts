import { CrashWorld, type CrashWorldOptions } from './crash-world.ts';

const MAX_STEPS = 1_000;

/**
 * Runs a flow once for every step at which a process can die: before and after each statement, COMMIT, send, effect and delete.
 * After each death another process goes on. What was promised has to happen, once each, and nothing else.
 *
 * The tables of `@postern/durable` have to be there; what a run leaves in them the next ones pass by, so a flow names what it does by
 * ids of its own.
 *
 * @returns the steps that were tried
 * @throws Error that names the step and what was lost or doubled
 *
 * @example
 * await everyCrash(async (world) => {
 *   world.on('jobs', (message, { runner }) => runner.run(message, async () => world.effect('the invoice')));
 *   await world.act(({ database, jobs }) =>
 *     database.transaction(async (tx) => {
 *       world.promise(tx, 'the invoice');
 *       await jobs.dispatch(tx, InvoicePrint, { id: newId() });
 *     }));
 * }, { database });
 */
export async function everyCrash(
  flow: (world: CrashWorld) => Promise<void>,
  options: CrashWorldOptions,
): Promise<number> {
  for (let step = 0; step < MAX_STEPS; step++) {
    const world = new CrashWorld(options, step);
    await flow(world);
    await world.settle();
    if (world.faults.length > 0) throw new Error(`a process that dies at step ${step}: ${world.faults.join('; ')}`);
    if (!world.hasDied) return step;
  }
  throw new Error(`the flow has more than ${MAX_STEPS} steps`);
}
