import { FakeClock, MemoryLogger, Metrics } from '@postern/runtime';
import { expect, it } from 'vitest';
import { HandlerPaused } from './handler-paused.ts';
import type { Pausable } from './pausable.ts';
import { LOOK_MS, PauseWatch } from './pause-watch.ts';

/** A replica that consumes `events` and `mail`, and a table of pauses that a test writes. */
async function replica(paused: Pausable[] = []) {
  const clock = new FakeClock();
  const at = clock.now();
  const table = { rows: paused, away: false, hangs: undefined as (() => void) | undefined };
  const list = async () => {
    if (table.hangs) {
      table.hangs();
      await new Promise(() => undefined);
    }
    if (table.away) throw new Error('the database is away');
    return table.rows.map((row) => ({ ...row, id: 'p', by: 'kim', reason: 'repairs', at }));
  };
  const part = (queue: string) => ({
    queue,
    runs: false,
    pause() {
      this.runs = false;
    },
    resume() {
      this.runs = true;
    },
  });
  const [events, mail] = [part('events'), part('mail')];
  const [metrics, logger] = [new Metrics({ defaults: false }), new MemoryLogger()];
  const watch = new PauseWatch({ list }, { clock, logger, metrics });
  let changes = 0;
  await watch.enter([events, mail]);
  watch.start(() => changes++);
  const gauges = async () => (await metrics.expose()).match(/^queue_paused_seconds\{.*$/gm);
  return { clock, table, events, mail, watch, logger, gauges, changes: () => changes };
}

const EVENTS = { queue: 'events', handler: '' };

it('does not begin with what is paused when it starts', async () => {
  const { events, mail } = await replica([EVENTS]);
  expect([events.runs, mail.runs]).toEqual([false, true]);
});

it('obeys within two seconds, and reports it', async () => {
  const { clock, table, events, mail, watch, changes } = await replica();
  table.rows = [EVENTS];
  await clock.advance(LOOK_MS);
  expect([events.runs, mail.runs, watch.obeyed, changes()]).toEqual([false, true, ['events'], 1]);
  table.rows = [];
  await clock.advance(LOOK_MS);
  expect([events.runs, watch.obeyed, changes()]).toEqual([true, [], 2]);
});

it('pauses and resumes nothing while the database is away', async () => {
  const { clock, table, events, mail, watch, logger } = await replica([EVENTS]);
  table.away = true;
  table.rows = [{ queue: 'mail', handler: '' }];
  await clock.advance(10 * LOOK_MS);
  expect([events.runs, mail.runs, watch.obeyed]).toEqual([false, true, ['events']]);
  table.away = false;
  await clock.advance(LOOK_MS);
  expect([events.runs, mail.runs]).toEqual([true, false]);
  expect(logger.lines.filter(({ message }) => message.startsWith('pauses can'))).toHaveLength(2);
});

it('has the messages of a paused handler wait, for as long as it takes, and those of others pass', async () => {
  const { watch } = await replica([{ queue: 'events', handler: 'send-welcome' }]);
  expect(() => watch.pass('send-verification')).not.toThrow();
  expect(() => watch.pass('send-welcome')).toThrow(HandlerPaused);
});

it('shows for how long each is paused, and 0 once it goes on', async () => {
  const { clock, table, gauges } = await replica([EVENTS, { queue: 'events', handler: 'send-welcome' }]);
  await clock.advance(60_000);
  expect(await gauges()).toEqual([
    'queue_paused_seconds{queue="events",handler=""} 60',
    'queue_paused_seconds{queue="mail",handler=""} 0',
    'queue_paused_seconds{queue="events",handler="send-welcome"} 60',
  ]);
  table.rows = [];
  await clock.advance(LOOK_MS);
  expect((await gauges())?.map((line) => line.at(-1))).toEqual(['0', '0', '0']);
});

it('stops while the database does not answer', async () => {
  const { clock, table, watch, events } = await replica();
  const asked = Promise.withResolvers<void>();
  table.hangs = asked.resolve;
  table.rows = [EVENTS];
  await clock.advance(LOOK_MS);
  await asked.promise;
  await watch.stop();
  expect(events.runs).toBe(true);
});

it('looks again soon after a short pause, and every few minutes during a long one', () => {
  const delays = (pausedMs: number) => [0, 1].map((random) => new HandlerPaused('h', pausedMs, () => random).delayMs);
  expect(delays(0)).toEqual([2_500, 5_000]);
  expect(delays(120_000)).toEqual([15_000, 30_000]);
  expect(delays(86_400_000)).toEqual([150_000, 300_000]);
});
