import { defineEvent, defineJob, JobRequested, WORKER } from '@postern/events';
import { FakeEvents } from '@postern/events/testing';
import { FakeClock } from '@postern/runtime';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { ada, fakeTransaction as tx } from '../accounts/testing/fixtures.ts';
import { JobPublisher } from './job-publisher.ts';

const Resize = defineJob('avatar.resize', 2, z.object({ user_id: z.uuid() }), { upcasts: { 1: (data) => data } });
const avatar = { user_id: ada.id };

function publisher() {
  const [fakeEvents, clock] = [new FakeEvents(), new FakeClock('2026-11-29T12:00:00Z')];
  return { fakeEvents, jobs: new JobPublisher(fakeEvents, clock) };
}

it('asks for a job in the transaction, under the id that it answers with, about the person whose id it carries', async () => {
  const { fakeEvents, jobs } = publisher();
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const { id } = await jobs.dispatch(tx, Resize, { ...avatar, password: 'no field of it' } as typeof avatar, {
    traceparent,
  });
  fakeEvents.expectDispatched(JobRequested, ({ data, options }) => {
    expect(data).toEqual({ job_id: id, job: 'avatar.resize', job_version: 2, data: avatar });
    expect(options).toEqual({ subject: ada.id, traceparent });
  });
});

it('says when the job is due, by which key it is unique and to which queue it goes', async () => {
  const { fakeEvents, jobs } = publisher();
  const unique = { key: 'resize/ada', windowMs: 60_000 };
  await jobs.dispatch(tx, Resize, avatar, { delayMs: 3_600_000, unique, queue: 'mail' });
  await jobs.dispatch(tx, Resize, avatar, { at: new Date('2027-01-01T00:00:00Z'), unique: { key: 'resize/ada' } });
  const [first, second] = fakeEvents.expectDispatched(JobRequested).map(({ data }) => data);
  const asked = { key: 'resize/ada', window_ms: 60_000 };
  expect(first).toMatchObject({ due_at: '2026-11-29T13:00:00.000Z', unique: asked, queue: 'mail' });
  expect(second).toMatchObject({ due_at: '2027-01-01T00:00:00.000Z', unique: { key: 'resize/ada' } });
});

it('refuses data that the job does not ask for, and what the gateway may not write', async () => {
  const { fakeEvents, jobs } = publisher();
  await expect(jobs.dispatch(tx, Resize, { user_id: 'ada' })).rejects.toMatchObject({ reason: 'invalid-data' });
  const Own = defineJob('rows.prune', 1, z.object({}), { writers: [WORKER] });
  const Event = defineEvent('avatar.resized', 1, z.object({}));
  for (const wrong of [Own, Event]) {
    await expect(jobs.dispatch(tx, wrong, {})).rejects.toMatchObject({ reason: 'not-its-writer' });
  }
  fakeEvents.expectNothingDispatched();
});
