import { until } from '@postern/runtime/testing';
import type { Experiment } from '../experiment.ts';
import { RepeatingSqs } from '../parts/repeating-sqs.ts';
import { System } from '../system.ts';
import { conclude } from './conclude.ts';

const CLIENTS = 8;

export const repeatedMessages: Experiment = {
  name: 'repeated-messages',
  what: 'every message comes three times, at any moment of three seconds, so that they overtake each other',
  passesWhen: 'each sign-up has one mail',
  runs: { short: 100, long: 5_000 },
  minutes: 3,
  async run({ runs, random, plant, report }) {
    const sqs = new RepeatingSqs();
    await using system = await System.open({
      ...{ gateways: 2, workers: 2, random, plant },
      beforeSqs: (url) => sqs.before(url, random),
    });
    const registrar = system.register({ clients: CLIENTS });
    for (let done = 0; done < runs; done += 100) {
      await system.acknowledged(Math.min(100, runs - done));
      report(`${system.promises.count('acknowledged')} sign-ups, ${sqs.repeated} requests repeated`);
    }
    await registrar.stop();
    await system.rest();
    await until(() => sqs.pending === 0, 60_000, 'the last copies');
    return conclude(await system.rest(), registrar, {
      figures: { requests_repeated: sqs.repeated },
      promises: { 'messages came again': sqs.repeated > 0 },
      repeatsAllowed: 0,
    });
  },
};
