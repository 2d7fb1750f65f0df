import type { DeadLetterFilter, DeadLetters, RetryReport } from '@postern/sqs';
import { type Html, html, path } from '../../mail/content/html.ts';
import { confirmation } from '../views/parts.ts';
import type { Act, Acts } from '../web/acts.ts';
import type { ConsoleRequest, ConsoleRoute } from '../web/console-route.ts';
import { chosenIn, hiddenFields, queuePath, wordsOf } from './dead-letter-query.ts';
import { knownQueue } from './dead-letters-pages.ts';
import { oneIn } from './query-fields.ts';

const ACTS = ['redrive', 'discard'] as const;

/** Sending letters back, and discarding them: those that were chosen, or all of a cause. */
export function deadLetterActs(letters: DeadLetters, acts: Acts): ConsoleRoute[] {
  const post = (act: (typeof ACTS)[number], work: (queue: string, filter: DeadLetterFilter, by: string) => Act) => ({
    method: 'POST' as const,
    path: `/dead-letters/:queue/${act}`,
    handle: async ({ params, form, operator }: ConsoleRequest) => {
      const queue = knownQueue(letters, params.queue);
      const filter = chosenIn(form);
      const audited = { operator: operator.name, action: `dead-letters.${act}`, target: queue };
      const did = await acts.run(audited, wordsOf(filter), work(queue, filter, operator.name));
      return { kind: 'redirect' as const, to: path`/dead-letters/${queue}?did=${did}` };
    },
  });
  return [
    {
      method: 'GET',
      path: '/dead-letters/:queue/confirm',
      handle: async ({ params, query, formToken }) => {
        const queue = knownQueue(letters, params.queue);
        const act = oneIn(query, 'act', ACTS) ?? 'redrive';
        const filter = chosenIn(query);
        return {
          kind: 'page',
          section: '/dead-letters',
          title: act === 'redrive' ? 'Send back?' : 'Discard?',
          body: question(queue, act, { query, filter, formToken }),
        };
      },
    },
    post('redrive', (queue, filter, by) => async (progress) => {
      const onProgress = ({ moved, total }: { moved: number; total: number }) =>
        progress(`${moved} sent back of about ${total}`);
      return `${wordsOf(filter)}: ${retryWords(await letters.retry(queue, filter, { by, onProgress }))}`;
    }),
    post('discard', (queue, filter, by) => async () => {
      return `${wordsOf(filter)}: ${await letters.remove(queue, filter, { by })} discarded`;
    }),
  ];
}

function question(
  queue: string,
  act: (typeof ACTS)[number],
  { query, filter, formToken }: { query: URLSearchParams; filter: DeadLetterFilter; formToken: string },
): Html {
  const words = html`<b>${wordsOf(filter)}</b> of the queue <b>${queue}</b>`;
  const text =
    act === 'redrive'
      ? html`<p>Sends back ${words}: handled as if it had just come, with its tries beginning at one.</p><p>The first ten go ahead. When they die again, the others stay where they are.</p>`
      : html`<p>Deletes ${words}, <b>for good</b>: whatever was to be done is never done.</p>`;
  const button =
    act === 'redrive'
      ? html`<button class="primary">Send back</button>`
      : html`<button class="danger">Discard for good</button>`;
  return confirmation({
    title: act === 'redrive' ? 'Send back?' : 'Discard?',
    ...{ text, button, formToken, to: path`/dead-letters/${queue}/${act}`, back: queuePath(queue) },
    fields: hiddenFields(query),
  });
}

function retryWords({ retried, failed, diedAgain, stopped }: RetryReport): string {
  const words = [`${retried} sent back`];
  if (failed.length > 0) words.push(`${failed.length} stay, as SQS refused them: ${failed[0]?.why}`);
  if (diedAgain > 0) words.push(`${diedAgain} died again: their cause is not mended`);
  if (stopped === 'died-again') words.push('the others were left where they are');
  if (stopped === 'more-than-at-the-start') words.push('more came meanwhile: do it again for those');
  return words.join('; ');
}
