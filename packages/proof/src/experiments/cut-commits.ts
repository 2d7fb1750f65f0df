import { until } from '@postern/runtime/testing';
import type { Experiment } from '../experiment.ts';
import { System } from '../system.ts';
import { conclude } from './conclude.ts';

const CLIENTS = 8;
const SHARE = 0.1;
const MANY = 50;
/** The statement that ends a transaction, at the end of the packet that carries it. */
const COMMIT = /\bcommit;?$/i;

export const cutCommits: Experiment = {
  name: 'cut-commits',
  what: 'the connection is reset between a COMMIT and its reply, 200 times; half of the clients have an Idempotency-Key',
  passesWhen:
    'a retry with the key gets the first answer and makes no second sign-up; without one the answer says that the outcome is unknown',
  runs: { short: 5, long: 200 },
  minutes: 2,
  async run({ runs, random, plant, report }) {
    await using system = await System.open({ gateways: 2, workers: 1, random, plant });
    const way = system.ways.database;
    way.swallow((request) => COMMIT.test(request.toString('latin1')) && random.next() < SHARE && way.swallowed < runs);
    const registrar = system.register({ clients: CLIENTS });
    for (let step = 1; step <= 10; step++) {
      await until(() => way.swallowed >= (runs * step) / 10, 300_000, 'COMMITs to be cut');
      report(`${way.swallowed} COMMITs cut, ${system.promises.count('unknown')} outcomes unknown`);
    }
    await registrar.stop();
    return conclude(await system.rest(), registrar, {
      figures: { cut: way.swallowed, told_unknown: registrar.toldUnknown },
      // Of a few COMMITs all may have been of a key's owner, or of nobody's request.
      promises: { 'somebody is told that the outcome is unknown': runs < MANY || registrar.toldUnknown > 0 },
      repeatsAllowed: 0,
    });
  },
};
