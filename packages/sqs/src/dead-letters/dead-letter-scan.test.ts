import { expect, it } from 'vitest';
import type { SqsApi } from '../client/sqs-api.ts';
import { DeadLetterScan, holdFor } from './dead-letter-scan.ts';

interface Letter {
  id: string;
  shownAt: number;
  receipt: string;
}

/** A queue each call of which takes so long, in time of its own; it hands out whatever shows, in no order. */
function slowQueue(letters: number, callMs: number) {
  let now = 0;
  const shown: Letter[] = Array.from({ length: letters }, (_, n) => ({ id: `m${n}`, shownAt: 0, receipt: '' }));
  const hidden = new Map<string, Letter>();
  const pass = () => {
    now += callMs;
    for (const [receipt, letter] of hidden) {
      if (letter.shownAt > now) continue;
      hidden.delete(receipt);
      shown.push(letter);
    }
  };
  const api = {
    receive: async (_url: string, { max, visibilitySeconds }: { max: number; visibilitySeconds: number }) => {
      pass();
      return Array.from({ length: Math.min(max, shown.length) }, () => {
        const [letter] = shown.splice(Math.floor(Math.random() * shown.length), 1) as [Letter];
        letter.receipt = `${letter.id}/${now}`;
        letter.shownAt = now + visibilitySeconds * 1_000;
        hidden.set(letter.receipt, letter);
        return {
          MessageId: letter.id,
          ReceiptHandle: letter.receipt,
          Body: '{}',
          Attributes: { SentTimestamp: '1' },
        };
      });
    },
    changeVisibilityBatch: async (_url: string, entries: { receipt: string; seconds: number }[]) => {
      pass();
      return entries.flatMap(({ receipt, seconds }, index) => {
        const letter = hidden.get(receipt);
        if (!letter) return [{ index, code: 'MessageNotInflight', message: '' }];
        letter.shownAt = now + seconds * 1_000;
        return [];
      });
    },
  };
  return { api: api as unknown as SqsApi, now: () => now };
}

it.each([
  [4_000, 200],
  [10_000, 50],
])('a scan sees each of %i letters, over calls of %i ms', async (letters, callMs) => {
  const address = {
    ...{ name: 'jobs', url: 'jobs', deadLetterUrl: 'jobs-dead', fifo: false },
    ...{ retentionSeconds: 1, maxReceiveCount: 1 },
  };
  const options = { ...slowQueue(letters, callMs), address, waitSeconds: 0, holdSeconds: holdFor(letters) };
  let seen = 0;
  for await (const batch of new DeadLetterScan(options).batches()) seen += batch.length;
  expect(seen).toBe(letters);
});

it('what is given back is asked for by every call, whatever becomes of one of them, and how many stay hidden is reported', async () => {
  const address = {
    ...{ name: 'jobs', url: 'jobs', deadLetterUrl: 'jobs-dead', fifo: false },
    ...{ retentionSeconds: 1, maxReceiveCount: 1 },
  };
  const queue = slowQueue(400, 1);
  const scan = new DeadLetterScan({ ...queue, address, waitSeconds: 0, holdSeconds: 900 });
  for await (const _ of scan.batches());
  const { changeVisibilityBatch } = queue.api;
  let calls = 0;
  queue.api.changeVisibilityBatch = async (...given) => {
    calls += 1;
    if (calls === 5) throw new Error('socket hang up');
    return changeVisibilityBatch(...given);
  };
  expect(await scan.giveBack()).toBe(10);
  expect(calls).toBe(40);
});
