import { until } from '@postern/runtime/testing';
import type { Experiment } from '../experiment.ts';
import { SentMessages } from '../parts/sent-messages.ts';
import { System } from '../system.ts';
import { conclude } from './conclude.ts';

const CLIENTS = 8;
/** One of so many replies is lost: 5 %. */
const OF_REPLIES = 20;
const ACTIONS = /x-amz-target: AmazonSQS\.(SendMessage|DeleteMessage|ChangeMessageVisibility)/i;

export const swallowedReplies: Experiment = {
  name: 'swallowed-replies',
  what: '5 % of the replies of SQS to send, delete and change of visibility are lost after SQS has done the work',
  passesWhen:
    'a repeated message makes no second mail, and no more come again than requests with as many lost their reply',
  runs: { short: 150, long: 10_000 },
  minutes: 3,
  async run({ runs, random, plant, report }) {
    const sent = new SentMessages();
    await using system = await System.open({
      ...{ gateways: 2, workers: 2, random, plant },
      beforeSqs: (url) => sent.before(url),
    });
    const isSwallowed = random.onceIn(OF_REPLIES);
    system.ways.sqs.swallow((request) => ACTIONS.test(request.toString('latin1')) && isSwallowed());
    const registrar = system.register({ clients: CLIENTS });
    for (let done = 0; done < runs; done += 100) {
      await system.acknowledged(Math.min(100, runs - done));
      report(`${system.promises.count('acknowledged')} sign-ups, ${system.ways.sqs.swallowed} replies swallowed`);
    }
    // Where many messages share a request, and a worker lags behind, one of twenty may still be to come.
    await until(() => system.ways.sqs.swallowed > 0, 300_000, 'a reply to be swallowed');
    await registrar.stop();
    const { swallowed } = system.ways.sqs;
    const audit = await system.rest();
    const stoodStill = system.standstill.wasLong;
    const most = swallowed * sent.largest + sent.unheard;
    return conclude(audit, registrar, {
      figures: { swallowed, sent_again: sent.again, most_in_a_request: sent.largest, answered_late: sent.unheard },
      promises: { [`${sent.again} messages came again, ${most} may`]: stoodStill || sent.again <= most },
      repeatsAllowed: 0,
    });
  },
};
