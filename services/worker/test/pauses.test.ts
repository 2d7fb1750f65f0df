import { runCommands, type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { queueCommands } from '../src/commands/queue-commands.ts';
import { OperatorAudit } from '../src/operators/operator-audit.ts';
import { Pauses } from '../src/pauses/pauses.ts';

let test: TestDatabase;

beforeAll(async () => {
  test = await testDatabase('pauses', migrations);
});
afterAll(() => test.close());

const EVENTS = { queue: 'events', handler: '' };
const kim = { by: 'kim', reason: 'repairs' };
const queue = (...args: string[]) =>
  runCommands(
    queueCommands((work) => work({ database: test.database })),
    'queue',
    ...args,
  );

describe('pauses', () => {
  it('keep who paused first, when and why', async () => {
    const pauses = new Pauses(test.database);
    const first = await pauses.pause({ ...EVENTS, handler: 'send-welcome' }, kim);
    const second = await pauses.pause({ ...EVENTS, handler: 'send-welcome' }, { by: 'lee', reason: 'me too' });
    expect(first).toMatchObject({ began: true, pause: { by: 'kim', reason: 'repairs' } });
    expect(second).toEqual({ began: false, pause: first.pause });
    expect(await pauses.resume(first.pause)).toEqual(first.pause);
  });

  it('are not ended by whoever means an earlier one', async () => {
    const pauses = new Pauses(test.database);
    const { pause: earlier } = await pauses.pause(EVENTS, kim);
    await pauses.resume(EVENTS);
    const { pause: later } = await pauses.pause(EVENTS, kim);
    expect(await pauses.resume(EVENTS, earlier.id)).toBeUndefined();
    expect(await pauses.list()).toEqual([later]);
    expect(await pauses.resume(EVENTS, later.id)).toEqual(later);
  });

  it('have one beginning and one end each, whoever pauses and resumes at once', async () => {
    const pauses = new Pauses(test.database);
    const [began, ended]: [string[], string[]] = [[], []];
    await Promise.all(
      Array.from({ length: 12 }, async (_, index) => {
        for (let n = 0; n < 10; n++) {
          if (index % 2 === 0) {
            const { pause, began: own } = await pauses.pause(EVENTS, { by: `p${index}`, reason: `${n}` });
            if (own) began.push(pause.id);
          } else {
            const pause = await pauses.resume(EVENTS);
            if (pause) ended.push(pause.id);
          }
        }
      }),
    );
    const last = await pauses.resume(EVENTS);
    if (last) ended.push(last.id);
    expect(ended.toSorted()).toEqual(began.toSorted());
    expect(new Set(began).size).toBe(began.length);
    expect(await pauses.list()).toEqual([]);
  });
});

describe('the command', () => {
  it('pauses, lists and resumes, with an entry in the audit each', async () => {
    expect((await queue('pause', 'jobs', '--reason', 'too slow', '--by', 'kim')).out).toMatch(
      /^jobs is paused\.\nNo replica consumes it/,
    );
    expect((await queue('pause', 'jobs', '--reason', 'same', '--by', 'lee')).out).toMatch(
      /jobs was paused already, by kim at .*: too slow/,
    );
    expect((await queue('list')).out).toMatch(/jobs +\S+Z +kim +0 of 0 +too slow/);
    expect((await queue('resume', 'jobs', '--by', 'lee')).out).toMatch(/jobs goes on\. It was paused by kim since/);
    expect(await queue('resume', 'jobs', '--by', 'lee')).toMatchObject({
      code: 1,
      complaints: expect.stringContaining('jobs is not paused'),
    });
    const audit = await new OperatorAudit(test.database).list({ limit: 4 });
    expect(audit.map(({ operator, action, target, result }) => [operator, action, target, result])).toEqual([
      ['lee', 'queue.resume', 'jobs', 'failed'],
      ['lee', 'queue.resume', 'jobs', 'done'],
      ['lee', 'queue.pause', 'jobs', 'done'],
      ['kim', 'queue.pause', 'jobs', 'done'],
    ]);
    expect(audit[3]?.detail).toBe('too slow');
  });

  it('refuses a handler that no release has, before it pauses anything', async () => {
    const { code, complaints } = await queue('pause', 'events', '--handler', 'send-welcom', '--reason', 'x');
    expect({ code, complaints }).toMatchObject({ code: 2, complaints: expect.stringContaining('send-welcome') });
    expect(await new Pauses(test.database).list()).toEqual([]);
  });
});
