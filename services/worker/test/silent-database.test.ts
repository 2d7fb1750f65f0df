import { FaultyProxy } from '@postern/runtime/testing';
import { expect, it } from 'vitest';
import { ScriptedSmtp } from './support/scripted-smtp.ts';
import { openWorkerParts, WorkerProcess } from './support/worker-process.ts';

// SQLite is in the process and cannot go silent.
it.runIf(process.env.TEST_DATABASE_URL)(
  'a worker whose database goes silent reports all that it can still measure, and counts what it cannot',
  async () => {
    const parts = await openWorkerParts();
    await using proxy = await FaultyProxy.before(parts.test.url);
    const smtp = await ScriptedSmtp.start();
    const worker = new WorkerProcess({ ...parts.env, DATABASE_URL: proxy.url, SMTP_URL: smtp.url('') });
    const { ops } = await worker.ready;
    proxy.silence();

    const response = await fetch(`http://127.0.0.1:${ops}/metrics`);
    const text = await response.text();

    expect(response.status).toBe(200);
    expect(text).toContain('health_ready 0');
    expect(text).toContain('process_cpu_seconds_total');
    expect(text).toContain('metrics_unreadable_total{metric="email_overdue_seconds"} 1');
    expect(text).not.toMatch(/^email_overdue_seconds /m);
    await worker.kill();
    await smtp.close();
    await parts.close();
  },
);
