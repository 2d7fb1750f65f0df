import { EnvelopeReader, EnvelopeWriter, GATEWAY, jobs, SendMail, WORKER } from '@postern/events';
import { newId, SecretRing } from '@postern/runtime';
import { type DeadLetter, packFrame } from '@postern/sqs';
import { deadLetter } from '@postern/sqs/testing';
import { expect, it } from 'vitest';
import { writerKeys } from '../envelope-keys.ts';
import { editableData, editLetter } from './edit-letter.ts';
import { fingerprintOf } from './letter-row.ts';

const ring = (byte: number) => SecretRing.of(Buffer.alloc(32, byte));
const keys = writerKeys({ GATEWAY_ENVELOPE_KEY: ring(1), WORKER_ENVELOPE_KEY: ring(2) });
const writer = new EnvelopeWriter(WORKER, ring(2));
const now = new Date('2026-01-02T10:00:00Z');

const job = {
  ...{ key: `${newId()}/send-verification/verification`, mail: 'verificatoin', to: 'ann@example.com', locale: 'en' },
  data: { first_name: 'Ann', list: ['one', 'two'] },
  expires_at: '2026-01-03T10:00:00.000Z',
};
const body = () => writer.write(SendMail, job).body;

function letter(text = body(), fields: Partial<DeadLetter> = {}): DeadLetter {
  return deadLetter({ queue: 'mail', type: 'mail.send', reason: 'unknown-mail', body: text, ...fields });
}

/** What an operator makes of what is shown. */
function edited(of: DeadLetter, change: (data: Record<string, unknown>) => void): string {
  const data = JSON.parse(editableData(of, jobs)) as Record<string, unknown>;
  change(data);
  return JSON.stringify(data);
}

it('shows nobody’s address, and keeps it where it is not written over', () => {
  const dead = letter();
  expect(editableData(dead, jobs)).not.toMatch(/ann|Ann/);
  const changed = editLetter(
    dead,
    edited(dead, (data) => Object.assign(data, { mail: 'verification' })),
    { keys, catalog: jobs },
    now,
  );
  expect(changed.changed).toEqual(['data.mail']);
  const { envelope } = new EnvelopeReader(jobs, keys).read(changed.body);
  expect(envelope.data).toEqual({ ...job, mail: 'verification' });
  expect(envelope).toMatchObject({ id: JSON.parse(dead.body).id, signedat: now.toISOString() });
});

it('writes over a hidden text, inside of lists too', () => {
  const dead = letter();
  const text = edited(dead, (data) => Object.assign(data, { mail: 'welcome', to: 'ann@example.org' }));
  expect(editLetter(dead, text, { keys, catalog: jobs }, now).changed.toSorted()).toEqual(['data.mail', 'data.to']);
});

it.each<[string, (data: Record<string, unknown>) => void, RegExp]>([
  ['breaks the schema', (data) => Object.assign(data, { mail: 7 }), /\/mail: /],
  ['leaves out what has to be there', (data) => delete data.to, /\/to: /],
  ['moves a hidden text to another field', (data) => Object.assign(data, { locale: data.to }), /stays where it is/],
  ['changes nothing', () => undefined, /Nothing was changed/],
])('refuses what %s', (_what, change, why) => {
  const dead = letter();
  expect(() => editLetter(dead, edited(dead, change), { keys, catalog: jobs }, now)).toThrow(why);
});

it('signs nothing that its writer has not signed: that would make a stranger’s message one of ours', () => {
  const forged = letter(new EnvelopeWriter(GATEWAY, ring(3)).write(SendMail, job).body);
  expect(() =>
    editLetter(
      forged,
      edited(forged, (data) => Object.assign(data, { mail: 'welcome' })),
      { keys, catalog: jobs },
      now,
    ),
  ).toThrow(/not as its writer has signed it/);
});

it.each([
  ['a frame', letter(packFrame([]), { encoding: 'frame-1' }), /send it back, then edit what comes back/],
  ['not one of our messages', letter('{}'), /not one of our messages/],
  ['of an unknown type', letter(body().replace('mail.send', 'mail.burn')), /does not know mail\.burn/],
])('shows no editor for what is %s', (_what, dead, why) => {
  expect(() => editableData(dead, jobs)).toThrow(why);
});

it('treats errors that differ in ids, numbers and quoted texts as the same', () => {
  const of = (error: string) => fingerprintOf({ type: 't', reason: 'r', error }).toString('hex');
  expect(of('Error: row 17 of "ann" is gone')).toBe(of("Error: row 4 of 'bob' is gone\n at x"));
  expect(of(`Error: ${newId()} is gone`)).toBe(of(`Error: ${newId()} is gone`));
  expect(of('Error: a')).not.toBe(of('Error: b'));
});

it('repeats nothing of what was typed where it is not JSON', () => {
  const typed = editableData(letter(), jobs).replace(/"\(hidden: 15 characters\)"/, 'bob@example.com');
  expect(() => editLetter(letter(), typed, { keys, catalog: jobs }, now)).toThrow(
    /^This is not JSON: Unexpected token 'b'\.$/,
  );
});
