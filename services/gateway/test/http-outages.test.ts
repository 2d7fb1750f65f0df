import { FaultyProxy, ownPort } from '@postern/runtime/testing';
import { describe, expect, it } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { send } from './http-harness.ts';
import { IN_REAL_TIME, liveness, PATIENTLY, ProcessSuite, readiness, register } from './process-suite.ts';

const suite = new ProcessSuite();

/** A sign-up that the gateway is at: a request after it was answered, so a stop that follows does not close its connection unread. */
async function registering(port: number): Promise<{ answer: ReturnType<typeof register> }> {
  const answer = register(port);
  await send(`http://127.0.0.1:${port}/openapi.json`, 'GET');
  return { answer };
}

describe('outages', () => {
  it('waits for its schema: it does not listen until `migrate` has run, and then serves the first request', async () => {
    const port = await ownPort();
    const gateway = suite.start({ GATEWAY_PORT: String(port) });
    const ops = await gateway.starting();
    await expect.poll(() => gateway.output, PATIENTLY).toContain('waiting for `migrate` to be run');
    expect(await readiness(ops)).toBe(503);
    await expect(register(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await suite.db.database.migrate(migrations);
    const firstAnswer = async () => (await register(port).catch(() => undefined))?.status;
    let status: number | undefined;
    await expect.poll(async () => (status = await firstAnswer()), PATIENTLY).toBeDefined();
    expect(status).toBe(201);
    await expect.poll(() => readiness(ops), PATIENTLY).toBe(200);
  });

  it('starts without a database, reports that it waits for it and whether each part that could hang is alive, and can be stopped', async () => {
    const gateway = suite.start({ DATABASE_URL: 'mysql://root@127.0.0.1:1/nothing' });
    const ops = await gateway.starting();
    await expect.poll(() => gateway.output, PATIENTLY).toContain('waiting for the database');
    expect(await readiness(ops)).toBe(503);
    await expect.poll(() => liveness(ops), PATIENTLY).toBe(200);
    const { checks }: { checks: { name: string }[] } = (await send(`http://127.0.0.1:${ops}/health/live`, 'GET')).json;
    expect(checks.map(({ name }) => name).sort()).toEqual(['event loop', 'outbox', 'request records', 'scheduler']);
    expect(await gateway.stop()).toEqual({ code: 0, signal: null });
  });

  it.runIf(process.env.TEST_DATABASE_URL).each([[[]], [['migrate']]])(
    'ends at once when the server refuses its password, and reports it (%j)',
    async (args) => {
      const url = new URL(suite.db.url);
      [url.username, url.password] = ['nobody', 'hunter2'];
      const gateway = suite.start({ DATABASE_URL: url.href }, args);
      expect(await gateway.exited).toEqual({ code: 1, signal: null });
      expect(gateway.errors).toContain('DATABASE_URL: the server refuses its user or password: Access denied');
      expect(gateway.errors + gateway.output).not.toContain('hunter2');
    },
  );

  it('serves while SQS is down, and sends what was accepted once it is back', async () => {
    await suite.db.database.migrate(migrations);
    await using proxy = await FaultyProxy.before(suite.sqs.endpoint);
    await proxy.refuse();
    // By their ids: an answer that is cut off has its message sent again.
    const events = await suite.consume();
    const gateway = suite.start({ SQS_ENDPOINT: proxy.url });
    const { http, ops } = await gateway.ready.then(({ http = 0, ops }) => ({ http, ops }));
    expect((await register(http)).status).toBe(201);
    const report = await send(`http://127.0.0.1:${ops}/health/ready`, 'GET');
    expect([report.status, report.json.details]).toMatchObject([200, [{ name: 'queue', ok: false }]]);
    await expect.poll(() => gateway.output, PATIENTLY).toContain('waiting for SQS');
    await proxy.heal();
    await expect.poll(() => events.size, PATIENTLY).toBe(1);
    await proxy.refuse();
    expect(await readiness(ops)).toBe(200);
    expect((await register(http)).status).toBe(201);
    await proxy.heal();
    await expect.poll(() => events.size, PATIENTLY).toBe(2);
  });

  // SQLite is in the process and cannot go away.
  if (process.env.TEST_DATABASE_URL) {
    it('answers 503 while its database is away, reports it, and goes on when it is back', async () => {
      await suite.db.database.migrate(migrations);
      await using proxy = await FaultyProxy.before(suite.db.url);
      const gateway = suite.start({ DATABASE_URL: proxy.url });
      const { http = 0, ops } = await gateway.ready;
      expect((await register(http)).status).toBe(201);
      await proxy.refuse();
      const refused = await register(http);
      expect([refused.status, refused.json.type.split('/').at(-1)]).toEqual([503, 'unavailable']);
      expect(await readiness(ops)).toBe(503);
      await expect.poll(() => liveness(ops), PATIENTLY).toBe(200);
      await expect.poll(() => gateway.output, PATIENTLY).toContain('the database cannot be reached');
      const metrics = await (await fetch(`http://127.0.0.1:${ops}/metrics`)).text();
      expect(metrics).toContain('health_ready 0');
      expect(metrics).toMatch(/metrics_unreadable_total\{metric="outbox_pending"\} [1-9]/);
      expect(metrics).not.toMatch(/^outbox_pending /m);
      await proxy.heal();
      await expect.poll(async () => (await register(http)).status, PATIENTLY).toBe(201);
      await expect.poll(() => readiness(ops), PATIENTLY).toBe(200);
    });

    it(
      'answers 503 when its connections hang, serves over new ones, and ends in time when those hang as well',
      IN_REAL_TIME,
      async () => {
        await suite.db.database.migrate(migrations);
        await using proxy = await FaultyProxy.before(suite.db.url);
        const gateway = suite.start({ DATABASE_URL: proxy.url });
        const { http = 0, ops } = await gateway.ready;
        expect((await register(http)).status).toBe(201);
        proxy.silenceOpen();
        const refused = await register(http);
        expect([refused.status, Number(refused.headers.get('retry-after'))]).toEqual([503, 5]);
        expect((await register(http)).status).toBe(201);
        proxy.silence();
        const [late, notReady] = await Promise.all([register(http), readiness(ops)]);
        expect([late.status, notReady]).toEqual([503, 503]);
        await expect.poll(() => liveness(ops), PATIENTLY).toBe(200);
        const last = await registering(http);
        expect(await gateway.stop()).toEqual({ code: 0, signal: null });
        expect((await last.answer).status).toBe(503);
      },
    );

    it(
      'stops in less time than a statement may take: whoever waits for a silent database is answered before',
      IN_REAL_TIME,
      async () => {
        await suite.db.database.migrate(migrations);
        await using proxy = await FaultyProxy.before(suite.db.url);
        const gateway = suite.start({ DATABASE_URL: proxy.url, SHUTDOWN_GRACE_MS: '13005' });
        const { http = 0 } = await gateway.ready;
        expect((await register(http)).status).toBe(201);
        proxy.silence();
        const last = await registering(http);
        expect(await gateway.stop()).toEqual({ code: 0, signal: null });
        expect((await last.answer).status).toBe(503);
      },
    );
  }
});
