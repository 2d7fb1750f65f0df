import {
  defineEvent,
  defineJob,
  EnvelopeReader,
  EnvelopeWriter,
  GATEWAY,
  JobRequested,
  SendMail,
  WORKER,
} from '@postern/events';
import { testKeys } from '@postern/events/testing';
import { FakeClock, MemoryLogger, newId } from '@postern/runtime';
import type { OutgoingMessage } from '@postern/sqs';
import { deadLetter } from '@postern/sqs/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { RegisterFilter } from './letter-filter.ts';
import type { LetterRegister } from './letter-register.ts';
import { fingerprintOf, type RegisteredLetter } from './letter-row.ts';
import { ParkedLetters } from './parked-letters.ts';

const Shipped = defineEvent('order.shipped', 1, z.object({ order_id: z.string() }));
const Returned = defineEvent('order.returned', 1, z.object({ order_id: z.string() }));
const Resize = defineJob('image.resize', 1, z.object({ width: z.int() }));
const [gatewayKeys, workerKeys] = [testKeys('g1'), testKeys('w1')];
const keys = { [GATEWAY]: gatewayKeys, [WORKER]: workerKeys };
const gateway = new EnvelopeWriter(GATEWAY, gatewayKeys);
const worker = new EnvelopeWriter(WORKER, workerKeys);

function letter(queue: string, reason: string, body: string): RegisteredLetter {
  const dead = deadLetter({ queue, reason, body });
  const fingerprint = fingerprintOf(dead).toString('hex');
  return { ...dead, row: newId(), letterId: dead.id, state: 'dead', diedAt: dead.sentAt, fingerprint };
}

const mailOf = (mail: string) =>
  worker.write(SendMail, {
    ...{ key: newId(), mail, to: 'ann@example.com', locale: 'en', data: {}, expires_at: '2027-01-01T00:00:00.000Z' },
  }).body;

/** A replica that knows `order.shipped`, `mail.send`, `image.resize` and the mail `welcome`, beside a register with these letters. */
function replica(
  letters: RegisteredLetter[],
  {
    open = false,
    cancelledAt = undefined as Date | undefined,
    unreadable = '',
    sendable = (): OutgoingMessage[] => [],
  } = {},
) {
  const begun: { queue: string; operator: string; ids: readonly string[] | undefined }[] = [];
  const logger = new MemoryLogger();
  const parked = new ParkedLetters({
    register: {
      list: async (
        queue: string,
        { reason, since }: RegisterFilter,
        { after, limit }: Parameters<LetterRegister['list']>[2],
      ) => {
        if (queue === unreadable) throw new Error('its rows cannot be read');
        const all = letters.filter((it) => it.queue === queue && it.reason === reason && !(since && it.diedAt < since));
        const from = all.findIndex(({ row }) => row === after?.row) + 1;
        return all.slice(from, from + limit);
      },
    },
    operations: {
      isOpen: async () => open,
      cancelledAt: async () => cancelledAt,
      begin: async ({ queue, operator }, { filter }) => {
        begun.push({ queue, operator, ids: filter.ids });
        return newId();
      },
    },
    readers: new Map([
      ['events', new EnvelopeReader([Shipped, JobRequested], keys)],
      ['mail', new EnvelopeReader([SendMail], keys)],
    ]),
    sendable,
    knowsJob: (type, version) => type === 'image.resize' && version === 1,
    mails: { find: (name) => (name === 'welcome' ? ({} as never) : undefined) },
    ...{ clock: new FakeClock(), logger },
  });
  return { parked, begun };
}

const shipped = () => gateway.write(Shipped, { order_id: '1' }).body;

describe('letters that nobody knew', () => {
  it('are sent back by a replica that knows their type and version, in one operation a queue', async () => {
    const known = [letter('events', 'unknown-type', shipped()), letter('events', 'unknown-version', shipped())];
    const unknown = letter('events', 'unknown-type', gateway.write(Returned, { order_id: '1' }).body);
    const { parked, begun } = replica([unknown, ...known]);
    expect(await parked.sendBack()).toBe(2);
    expect(begun).toEqual([{ queue: 'events', operator: 'postern', ids: known.map(({ id }) => id) }]);
  });

  it('are sent back by a replica that knows their mail', async () => {
    const known = letter('mail', 'unknown-mail', mailOf('welcome'));
    const { parked, begun } = replica([letter('mail', 'unknown-mail', mailOf('farewell')), known]);
    await parked.sendBack();
    expect(begun.map(({ ids }) => ids)).toEqual([[known.id]]);
  });

  it('are sent back by a replica that knows the job which they ask for, in their version of it', async () => {
    const asking = (job: string, job_version: number) =>
      letter(
        'events',
        'unknown-type',
        gateway.write(JobRequested, { job_id: newId(), job, job_version, data: {} }).body,
      );
    const known = asking('image.resize', 1);
    const { parked, begun } = replica([asking('image.crop', 1), asking('image.resize', 2), known]);
    await parked.sendBack();
    expect(begun.map(({ ids }) => ids)).toEqual([[known.id]]);
  });

  it.each([
    ['died of something else', letter('events', 'broken', shipped())],
    [
      'are on a queue that this replica does not consume',
      letter('jobs', 'unknown-type', worker.write(Resize, { width: 1 }).body),
    ],
    ['nobody of ours has signed', letter('events', 'unknown-type', shipped().replace('"1"', '"2"'))],
    ['are frames of many messages', letter('events', 'unknown-type', 'packed')],
  ])('stay when they %s', async (_why, dead) => {
    const { parked, begun } = replica([dead]);
    expect(await parked.sendBack()).toBe(0);
    expect(begun).toEqual([]);
  });

  it('are found behind thousands that nobody knows', async () => {
    const strange = letter('events', 'unknown-type', gateway.write(Returned, { order_id: '1' }).body);
    const unknown = Array.from({ length: 6_000 }, () => ({ ...strange, row: newId() }));
    const known = letter('events', 'unknown-type', shipped());
    const { parked, begun } = replica([...unknown, known]);
    await parked.sendBack();
    expect(begun).toEqual([]);
    await parked.sendBack();
    expect(begun.map(({ ids }) => ids)).toEqual([[known.id]]);
  });

  it('begin no operation that would pass over them: they were signed too long ago', async () => {
    const sendable = () => {
      throw new Error('it was signed too long ago');
    };
    const { parked, begun } = replica([letter('events', 'unknown-type', shipped())], { sendable });
    expect(await parked.sendBack()).toBe(0);
    expect(begun).toEqual([]);
  });

  it('are sent back though those of another queue cannot be looked through', async () => {
    const known = letter('mail', 'unknown-mail', mailOf('welcome'));
    const { parked, begun } = replica([known], { unreadable: 'events' });
    expect(await parked.sendBack()).toBe(1);
    expect(begun.map(({ queue }) => queue)).toEqual(['mail']);
  });

  it('stay when an operator has cancelled what sent them back, and those that died since go', async () => {
    const [before, after] = [letter('events', 'unknown-type', shipped()), letter('events', 'unknown-type', shipped())];
    const cancelledAt = new Date(before.diedAt.getTime() + 1_000);
    after.diedAt = new Date(cancelledAt.getTime() + 1_000);
    const { parked, begun } = replica([before, after], { cancelledAt });
    expect(await parked.sendBack()).toBe(1);
    expect(begun.map(({ ids }) => ids)).toEqual([[after.id]]);
  });

  it('stay while the operation before is not over: its first letters may have died again', async () => {
    const { parked, begun } = replica([letter('events', 'unknown-type', shipped())], { open: true });
    await parked.sendBack();
    expect(begun).toEqual([]);
  });
});
