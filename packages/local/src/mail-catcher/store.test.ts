import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { InboxStore, type MessageSummary } from './store.ts';

const ann = { Name: 'Ann', Address: 'ann@example.com' };
const summary = (ID: string): MessageSummary => ({
  ...{ ID, MessageID: ID, Read: false, From: ann, To: [ann], Cc: [], Bcc: [], ReplyTo: [], Subject: `about ${ID}` },
  ...{ Created: '2026-01-01T00:00:00.000Z', Username: '', Tags: [], Size: 1, Attachments: 0, Snippet: 'hello' },
});

it.each(['', '{"ID":"b"', 'null', '7', '{}', '{"From":null,"To":[]}'])(
  'a mail whose summary is damaged is listed by what is known of it, beside the others: %j',
  (damaged) => {
    const folder = mkdtempSync(join(tmpdir(), 'postern-inbox-'));
    const path = join(folder, 'inbox.sqlite');
    const store = new InboxStore(path);
    for (const id of ['a', 'b', 'c']) store.add(summary(id), 'body', Buffer.from('raw'));
    const other = new DatabaseSync(path);
    other.prepare('UPDATE messages SET summary = ? WHERE id = ?').run(damaged, 'b');
    other.close();

    const listed = store.list(0, 10);

    expect(listed.map(({ ID, Subject, To }) => [ID, Subject, To.length])).toEqual([
      ['c', 'about c', 1],
      ['b', 'about b', 0],
      ['a', 'about a', 1],
    ]);
    expect(store.summary('b')).toEqual(listed[1]);
    expect(store.raw('b')?.toString()).toBe('raw');
    store.close();
    rmSync(folder, { recursive: true });
  },
);
