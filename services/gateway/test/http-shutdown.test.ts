import { connect } from 'node:net';
import { FaultyProxy } from '@postern/runtime/testing';
import { describe, expect, it } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { send } from './http-harness.ts';
import { IN_REAL_TIME, PATIENTLY, ProcessSuite, person, readiness, register } from './process-suite.ts';

const suite = new ProcessSuite();

describe('the end of the process', () => {
  it('loses no event of a request that was answered before a kill -9', async () => {
    await suite.db.database.migrate(migrations);
    await using proxy = await FaultyProxy.before(suite.sqs.endpoint);
    await proxy.refuse();
    const first = suite.start({ SQS_ENDPOINT: proxy.url });
    const { http = 0 } = await first.ready;
    expect((await register(http)).status).toBe(201);
    first.signal('SIGKILL');
    await first.exited;
    await proxy.heal();
    await suite.start({ SQS_ENDPOINT: proxy.url }).ready;
    await expect.poll(() => suite.arrived(), PATIENTLY).toBe(1);
  });

  it('answers what it has accepted after SIGTERM, publishes its event, accepts nothing new, and exits with 0', async () => {
    await suite.db.database.migrate(migrations);
    const gateway = suite.start();
    const { http = 0, ops } = await gateway.ready;
    await expect.poll(() => readiness(ops), PATIENTLY).toBe(200);
    const body = JSON.stringify(person());
    const socket = connect(http, '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      answer += chunk;
    });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(
      `POST /v1/auth/register HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 9)}`,
    );
    // Another request tells that the first one has been read: one process takes what comes in order.
    await send(`http://127.0.0.1:${http}/openapi.json`, 'GET');
    gateway.signal('SIGTERM');
    const refused = () =>
      send(`http://127.0.0.1:${http}/openapi.json`, 'GET').then(
        () => false,
        () => true,
      );
    await expect.poll(refused, PATIENTLY).toBe(true);
    socket.write(body.slice(9));
    await closed;
    expect(answer).toMatch(/^HTTP\/1.1 201 /);
    expect(answer.toLowerCase()).toContain('connection: close');
    expect(await gateway.exited).toEqual({ code: 0, signal: null });
    // In SQS as a rule; on a machine too busy for that, kept in the outbox for the next process.
    const kept = (await suite.db.database.sql('outbox')).length;
    expect((await suite.arrived()) + kept).toBeGreaterThan(0);
  });

  it('comes when it is asked to, and not when nobody reads the log any more', async () => {
    await suite.db.database.migrate(migrations);
    const gateway = suite.start({ LOG_LEVEL: 'debug' });
    const { http = 0 } = await gateway.ready;
    gateway.closeReaders();
    // At this level each request writes a line; the second one shows that the first line has not ended the process.
    for (let sent = 0; sent < 3; sent++) expect((await register(http)).status).toBe(201);
    expect(await gateway.stop()).toEqual({ code: 0, signal: null });
    const kept = (await suite.db.database.sql('outbox')).length;
    const events = await suite.consume();
    await expect.poll(() => events.size + kept, PATIENTLY).toBe(3);
  });

  it('goes on serving for DRAIN_DELAY_MS while load balancers look away, and asks clients to leave', async () => {
    await suite.db.database.migrate(migrations);
    // Longer than a machine stands still; nobody waits for its end.
    const gateway = suite.start({ DRAIN_DELAY_MS: '60000', SHUTDOWN_GRACE_MS: '90000' });
    const { http = 0, ops } = await gateway.ready;
    gateway.signal('SIGTERM');
    await expect.poll(() => readiness(ops), PATIENTLY).toBe(503);
    const answer = await send(`http://127.0.0.1:${http}/openapi.json`, 'GET');
    expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close']);
  });

  it('leaves nobody without an answer and no event behind when it is stopped under load', IN_REAL_TIME, async () => {
    await suite.db.database.migrate(migrations);
    const gateway = suite.start({ SIGN_UPS_PER_HOUR: '100000' });
    const { http = 0 } = await gateway.ready;
    let accepted = 0;
    const client = async (): Promise<void> => {
      for (;;) {
        const request = {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(person()),
        };
        const answer = await fetch(`http://127.0.0.1:${http}/v1/auth/register`, request).catch(() => undefined);
        // Refused or reset before it was accepted: the server has stopped.
        if (!answer) return;
        expect(answer.status).toBe(201);
        await answer.arrayBuffer();
        accepted += 1;
      }
    };
    const clients = Array.from({ length: 20 }, client);
    await expect.poll(() => accepted, PATIENTLY).toBeGreaterThan(40);
    expect(await gateway.stop()).toEqual({ code: 0, signal: null });
    await Promise.all(clients);
    expect(await suite.db.database.sql('sign_ups')).toHaveLength(accepted);
    const left = (await suite.db.database.sql('outbox')).length;
    const events = await suite.consume();
    await expect.poll(() => events.size + left, PATIENTLY).toBe(accepted);
  });

  it('ends within its grace period when a client never finishes', IN_REAL_TIME, async () => {
    await suite.db.database.migrate(migrations);
    // Long enough that what remains of it, once the client was given up, is time for a busy machine.
    const gateway = suite.start({ SHUTDOWN_GRACE_MS: '8000' });
    const { http = 0 } = await gateway.ready;
    const socket = connect(http, '127.0.0.1');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(
      'POST /v1/auth/register HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{',
    );
    await send(`http://127.0.0.1:${http}/openapi.json`, 'GET');
    expect(await gateway.stop()).toEqual({ code: 0, signal: null });
    await closed;
  });
});
