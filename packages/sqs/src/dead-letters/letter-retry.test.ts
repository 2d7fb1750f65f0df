import { FakeClock } from '@postern/runtime';
import { expect, test } from 'vitest';
import type { SendEntry } from '../client/sqs-api.ts';
import { WIRE } from '../client/wire-attributes.ts';
import { toDeadLetter } from '../dead-letters/dead-letter-format.ts';
import { packFrame } from '../frames/frame.ts';
import { MemorySqs } from '../testing/memory-sqs.ts';
import { DeadLetterScan } from './dead-letter-scan.ts';
import { LetterRetry, type RetryOptions } from './letter-retry.ts';

/** A queue whose consumer, if it `kills`, has every message dead again as soon as it was sent. */
class Patient extends MemorySqs {
  readonly name = this.queues.names[0] ?? '';
  kills: (id: string) => boolean = () => false;
  sent = 0;

  override async sendBatch(url: string, entries: readonly SendEntry[]) {
    this.sent += entries.length;
    for (const entry of entries) {
      const id = entry.attributes[WIRE.id]?.StringValue ?? '';
      if (this.kills(id)) this.die(id);
    }
    return super.sendBatch(url, entries);
  }

  die(id: string, groupId?: string): void {
    const at = new Date(0);
    const cause = { reason: 'r', error: new Error('e'), attempts: 1, handler: 'h', firstAt: at, lastAt: at };
    const entry = toDeadLetter({ id, type: 't', body: 'b', groupId, attributes: {} }, cause, groupId !== undefined);
    if (entry) this.deadLetters(this.name).send(entry);
  }
}

async function retry(sqs: Patient, clock: FakeClock, options: Partial<RetryOptions> = {}, signal?: AbortSignal) {
  const address = sqs.queues.get(sqs.name);
  const scan = new DeadLetterScan({ api: sqs, address, waitSeconds: 0, holdSeconds: 20 });
  const start = { letters: sqs.deadLetters(sqs.name).contents.length, at: clock.now() };
  const parts = { api: sqs, address, scan, start, clock, waitSeconds: 0, probeSeconds: 0, undeleted: () => {} };
  try {
    return await new LetterRetry({ ...parts, signal }, { by: 'ada', ...options }, () => true).run();
  } finally {
    await scan.giveBack();
  }
}

function patient(letters: number) {
  const clock = new FakeClock();
  const sqs = new Patient({ names: ['events'], clock });
  for (let n = 0; n < letters; n++) sqs.die(`${n}`);
  return { clock, sqs };
}

test('letters whose cause is not fixed are sent back no more once the first ones have died again', async () => {
  const { clock, sqs } = patient(100);
  sqs.kills = () => true;
  const report = await retry(sqs, clock);
  expect(report).toMatchObject({ retried: 10, diedAgain: 10, stopped: 'died-again' });
  expect(sqs.sent).toBe(10);
  expect(sqs.deadLetters('events').depth).toEqual({ visible: 100, inFlight: 0, delayed: 0 });
});

/** The dead letters of one group of a FIFO queue, and of another one that has few. */
function ordered(letters: number) {
  const clock = new FakeClock();
  const sqs = new Patient({ names: ['orders.fifo'], clock });
  for (let n = 0; n < letters; n++) sqs.die(`${n}`, 'many');
  sqs.die('other', 'few');
  return { clock, sqs };
}

const idsOf = (entries: readonly SendEntry[]) => entries.map(({ attributes }) => attributes[WIRE.id]?.StringValue);

test('all letters of a FIFO group are sent back in their order, of which SQS shows ten at a time', async () => {
  const { clock, sqs } = ordered(25);
  expect(await retry(sqs, clock)).toMatchObject({ retried: 26, stopped: undefined });
  const many = idsOf(sqs.queue(sqs.name).contents).filter((id) => id !== 'other');
  expect(many).toEqual(Array.from({ length: 25 }, (_, n) => `${n}`));
  expect(sqs.deadLetters(sqs.name).contents).toEqual([]);
});

test('letters of a FIFO group that die again are behind all others of it: each is sent back once, and reported at the end', async () => {
  const { clock, sqs } = ordered(25);
  sqs.kills = (id) => id !== 'other';
  const die = sqs.die.bind(sqs);
  sqs.die = (id) => die(id, 'many');
  const report = await retry(sqs, clock);
  expect(report.retried).toBe(26);
  expect(report.diedAgain).toBeGreaterThan(0);
  expect(sqs.sent).toBe(26);
  expect(sqs.deadLetters(sqs.name).depth.visible).toBe(25);
});

test('of a FIFO group a limit holds, and a dry run ends with what is shown', async () => {
  const { clock, sqs } = ordered(25);
  expect(await retry(sqs, clock, { dryRun: true })).toMatchObject({ retried: 11 });
  expect(sqs.sent).toBe(0);
  expect(await retry(sqs, clock, { limit: 15 })).toMatchObject({ retried: 15, stopped: 'limit' });
  expect(sqs.deadLetters(sqs.name).depth.visible).toBe(11);
});

test('letters that die again later are each sent back once', async () => {
  const { clock, sqs } = patient(100);
  sqs.kills = (id) => Number(id) >= 60;
  const report = await retry(sqs, clock);
  expect(sqs.sent).toBe(100);
  expect(report).toMatchObject({ retried: 100, stopped: undefined });
  expect(sqs.deadLetters('events').contents).toHaveLength(40);
});

test('a frame’s messages that die again, each by itself, are known by their own ids', async () => {
  const { clock, sqs } = patient(0);
  const body = packFrame([0, 1].map((n) => ({ id: `inner-${n}`, type: 't', body: 'b', sentAt: 0 })));
  const entry = { body, attributes: { [WIRE.encoding]: { DataType: 'String', StringValue: 'frame-1' } } };
  sqs.deadLetters('events').send(entry);
  for (let n = 0; n < 10; n++) sqs.die(`${n}`);
  sqs.kills = (id) => {
    if (id === '9') for (const inner of ['inner-0', 'inner-1']) sqs.die(inner);
    return false;
  };
  expect(await retry(sqs, clock)).toMatchObject({ retried: 11 });
});

test('what died after the start is not looked at', async () => {
  const { clock, sqs } = patient(3);
  await clock.advance(1);
  const at = new Date(clock.now());
  await clock.advance(1_000);
  sqs.die('new');
  const address = sqs.queues.get('events');
  const scan = new DeadLetterScan({ api: sqs, address, waitSeconds: 0, holdSeconds: 20 });
  const parts = { api: sqs, address, scan, clock, waitSeconds: 0, probeSeconds: 0, undeleted: () => {} };
  const report = await new LetterRetry({ ...parts, start: { letters: 3, at } }, { by: 'ada' }, () => true).run();
  expect(report.retried).toBe(3);
});

test('a queue that fills while it is emptied ends the search by how many there were', async () => {
  const { clock, sqs } = patient(5);
  const [first] = await sqs.receive(sqs.queues.get('events').deadLetterUrl, {
    max: 1,
    waitSeconds: 0,
    visibilitySeconds: 0,
  });
  expect(first).toBeDefined();
  let grown = 0;
  const receive = sqs.receive.bind(sqs);
  sqs.receive = (...args) => {
    for (let n = 0; n < 10 && grown < 10_000; n++) sqs.die(`grown-${grown++}`);
    return receive(...args);
  };
  const report = await retry(sqs, clock);
  expect(report.stopped).toBe('more-than-at-the-start');
  expect(report.retried).toBeLessThanOrEqual(30);
});

test('no more than the limit are sent back, and none in a dry run', async () => {
  const { clock, sqs } = patient(25);
  expect(await retry(sqs, clock, { dryRun: true })).toMatchObject({ retried: 25 });
  expect(sqs.sent).toBe(0);
  expect(await retry(sqs, clock, { limit: 7 })).toMatchObject({ retried: 7, stopped: 'limit' });
  expect(sqs.deadLetters('events').depth.visible).toBe(18);
});

test('letters are hidden for seconds only, and for longer as long as somebody goes on holding them', async () => {
  const { clock, sqs } = patient(1);
  let now = 0;
  const address = sqs.queues.get('events');
  const scan = new DeadLetterScan({ api: sqs, address, waitSeconds: 0, holdSeconds: 20, now: () => now });
  await scan.next(0);
  for (let n = 0; n < 5; n++) {
    await clock.advance(15_000);
    now += 15_000;
    await scan.keep();
    expect(sqs.deadLetters('events').depth.visible).toBe(0);
  }
  // Its process was killed.
  await clock.advance(20_000);
  expect(sqs.deadLetters('events').depth.visible).toBe(1);
});

test('one that is broken off sends no more, though it has looked at hundreds by then', async () => {
  const { clock, sqs } = patient(300);
  const broken = new AbortController();
  const breakOff = () => broken.abort(new Error('broken off'));
  await expect(retry(sqs, clock, { onProgress: breakOff }, broken.signal)).rejects.toThrow('broken off');
  expect(sqs.sent).toBe(10);
  expect(sqs.deadLetters('events').depth).toEqual({ visible: 290, inFlight: 0, delayed: 0 });
});

test('one that is broken off does not wait for the turn of the next ones', async () => {
  const { clock, sqs } = patient(300);
  const broken = new AbortController();
  const sending = retry(sqs, clock, { perSecond: 1 }, broken.signal);
  const ended = expect(sending).rejects.toThrow('broken off');
  await expect.poll(() => clock.sleeping).toBe(1);
  broken.abort(new Error('broken off'));
  await ended;
  expect(sqs.sent).toBe(10);
});
