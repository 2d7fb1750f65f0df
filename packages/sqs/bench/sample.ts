import { randomBytes } from 'node:crypto';
import { newId } from '@postern/runtime';
import type { OutgoingMessage } from '../src/index.ts';

const NAMES = ['Ada', 'Grace', 'Edsger', 'Barbara', 'Tony', 'Radia', 'Leslie', 'Frances'];

/** A message like a sign-up's event: about 476 bytes of JSON, most of it ids. */
export function sampleMessage(n: number): OutgoingMessage {
  const id = newId();
  const subject = newId();
  const traceparent = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
  const name = NAMES[n % NAMES.length] as string;
  const data = {
    user_id: subject,
    email: `${name.toLowerCase()}.${n}@example.com`,
    first_name: name,
    locale: 'en',
    token_id: newId(),
    expires_at: '2026-11-24T12:00:00.000Z',
  };
  const envelope = {
    specversion: '1.0',
    id,
    source: 'postern/gateway',
    type: 'user.registered',
    dataversion: 1,
    subject,
    time: new Date().toISOString(),
    traceparent,
    data,
  };
  return { id, type: 'user.registered', body: JSON.stringify(envelope), traceparent };
}
