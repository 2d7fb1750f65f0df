import { OtlpReceiver, type ReceivedSpan } from '@postern/runtime/testing';
import { expect, test } from 'vitest';
import { Run, temporaryHome } from './run-start.ts';

const CALLER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const PASSWORD = 'violet tractor swims 41 miles';
const SCRAPE = { headers: { accept: 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5' } };
const WAIT = { timeout: 120_000 };

test('a sign-up is one trace, from its request to the mail server; a collector that hangs holds up nothing', async () => {
  await using collector = await OtlpReceiver.start();
  using home = temporaryHome();
  await using run = new Run('start', [], {
    POSTERN_HOME: home.path,
    LOG_FORMAT: 'json',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_BSP_SCHEDULE_DELAY: '50',
  });
  const { urls } = await run.ready;
  const signUp = (email: string, traceparent: string) =>
    fetch(`${urls.gateway}/v1/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'somebody/1.0', traceparent },
      body: JSON.stringify({
        ...{ email, password: PASSWORD, password_confirmation: PASSWORD },
        ...{ first_name: 'Annabel', last_name: 'Traced' },
      }),
    });
  const find = (name: string) => collector.spans.find((span) => span.name === name);

  const answer = await signUp('ann@mail.test', CALLER);
  const { sign_up_secret: secret } = (await answer.json()) as { sign_up_secret: string };
  await expect.poll(() => find('process postern-mail'), WAIT).toBeDefined();
  await expect.poll(() => find('process postern-events'), WAIT).toBeDefined();
  await expect.poll(() => find('POST /v1/auth/register'), WAIT).toBeDefined();

  const mail = find('deliver verification') as ReceivedSpan;
  expect(collector.ancestry(mail)).toEqual([
    'deliver verification',
    'process postern-mail',
    'receive postern-mail',
    'send postern-mail',
    'listener send-verification',
    'process postern-events',
    'receive postern-events',
    'send postern-events',
    'transaction',
    'POST /v1/auth/register',
  ]);
  const request = find('POST /v1/auth/register');
  expect(request).toMatchObject({ service: 'postern-gateway', kind: 2, parentSpanId: CALLER.split('-')[2] });
  expect(request?.attributes).toMatchObject({ 'http.route': '/v1/auth/register', 'http.response.status_code': 201 });
  expect(answer.headers.get('traceparent')).toBe(`00-${request?.traceId}-${request?.spanId}-01`);
  expect(mail).toMatchObject({ service: 'postern-worker', kind: 3, failed: false });
  expect(new Set(collector.spans.map(({ traceId }) => traceId))).toEqual(new Set([CALLER.split('-')[1]]));

  for (const personal of ['ann@', 'mail.test', 'Annabel', PASSWORD, secret, 'somebody/1.0', '127.0.0.1'])
    expect(collector.bodies.join()).not.toContain(personal);

  const handled = find('process postern-events');
  const lines = (text: string): { service: string }[] => {
    // What follows the last line break is a line that has not come whole.
    const whole = run.stdout.split('\n').slice(0, -1);
    return whole.filter((line) => line.includes(text)).map((line) => JSON.parse(line));
  };
  await expect.poll(() => lines('A message was handled'), WAIT).toHaveLength(1);
  expect(lines('A message was handled')[0]).toMatchObject({ trace_id: handled?.traceId, span_id: handled?.spanId });
  expect(await (await fetch(`${urls.gateway_ops}/metrics`, SCRAPE)).text()).toMatch(
    new RegExp(
      `http_request_duration_seconds_bucket.* # \\{trace_id="${request?.traceId}",span_id="${request?.spanId}"`,
    ),
  );
  expect(await (await fetch(`${urls.worker_ops}/metrics`, SCRAPE)).text()).toMatch(
    new RegExp(`queue_message_duration_seconds_bucket.* # \\{trace_id="${request?.traceId}"`),
  );

  collector.hang();
  expect((await signUp('bob@mail.test', CALLER)).status).toBe(201);
  const inbox = async () => (await fetch(`${urls.inbox}/api/v1/messages`)).text();
  await expect.poll(inbox, WAIT).toContain('bob@mail.test');
  // Before the stop, which has no time for a machine that is slow to write its last lines.
  const losing = () => new Set(lines('spans are lost').map(({ service }) => service));
  await expect.poll(losing, WAIT).toEqual(new Set(['gateway', 'worker']));
  run.child.kill('SIGTERM');
  expect(await run.exited).toBe(0);
});
