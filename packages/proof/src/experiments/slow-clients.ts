import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@postern/runtime/testing';
import type { Experiment } from '../experiment.ts';
import { percentile } from '../percentile.ts';
import { System } from '../system.ts';
import { conclude } from './conclude.ts';

const CLIENTS = 8;
const PER_SECOND = 40;
/** Sign-ups of a minute. */
const WARM = 60 * PER_SECOND;
/** A machine that is busy with other things may take so many times as long, before it counts as not closed at all. */
const BUSY = 4;
const SLOWER = 2;
const MEMORY_BYTES = 200 * 2 ** 20;
/** Of what it grew by, after a minute without them. */
const KEPT_BYTES = 100 * 2 ** 20;
const KEPT_SHARE = 0.99;
const DRIP_MS = 1_000;
/** Connections that are opened together: the queue of those a gateway has not taken yet has room for as many. */
const AT_ONCE = 500;

/** Whoever reads nothing learns that the connection has gone by writing; empty lines between requests mean nothing. So late, since they would keep it open. */
const PROBE = '\r\n';
const PROBE_MS = 10_000;

const HEAD = 'POST /v1/auth/register HTTP/1.1\r\nhost: proof.example\r\ncontent-type: application/json\r\n';

interface Kind {
  first: string;
  /** What it goes on with, once a second. */
  drip?: string;
  reads: boolean;
  /** When it is closed: the gateway's limit and the look that finds it. */
  closedMs: number;
  /** How many, for one of the others. */
  times?: number;
}

const BODY = `${HEAD}content-length: 200\r\n\r\n`;
const KINDS: Record<string, Kind> = {
  // As many as a gateway has room for beside its clients: 10,000 in the long form.
  'connections that say nothing': { first: '', reads: true, closedMs: 15_000, times: 5 },
  'headers that never end': { first: HEAD, drip: 'x-a: b\r\n', reads: true, closedMs: 15_000 },
  'a body that never comes': { first: BODY, reads: true, closedMs: 25_000 },
  'a body that drips': { first: BODY, drip: ' ', reads: true, closedMs: 25_000 },
  'answers that nobody reads': {
    first: 'GET /openapi.json HTTP/1.1\r\nhost: proof.example\r\n\r\n'.repeat(20),
    reads: false,
    closedMs: 80_000,
  },
};

export const slowClients: Experiment = {
  name: 'slow-clients',
  what: 'clients that send headers without end, no body, a body a byte a second, or read no answer, beside sign-ups: 2,000 at once of each (100 in the short form); and five times as many connections that say nothing',
  passesWhen: `headers, and who says nothing, are given up after 15 s at most, bodies after 25 s, readers after 80 s; ${KEPT_SHARE * 100} % of the sign-ups have their answer and take at most ${SLOWER} × as long (99th percentile), memory grows by 200 MB at most, and half of it comes back`,
  runs: { short: 100, long: 2_000 },
  minutes: 6,
  async run({ runs, isShort, random, plant, report }) {
    await using system = await System.open({
      ...{ gateways: 1, workers: 1, random, plant },
      // Room for the clients that are there already, and for the look of a load balancer.
      env: { gateway: { MAX_CONNECTIONS: '11000' } },
    });
    const [gateway] = system.gateways;
    if (!gateway) throw new Error('there is no gateway');
    const registrar = system.register({ clients: CLIENTS, perSecond: PER_SECOND });
    // What a process loads and compiles at first is neither slow nor growth.
    await system.acknowledged(isShort ? 50 : WARM);
    registrar.latencies.length = 0;
    await system.acknowledged(isShort ? 100 : 10 * PER_SECOND);
    const quiet = percentile(registrar.latencies, 0.99);
    registrar.latencies.length = 0;
    const before = gateway.memoryBytes;
    let most = before;
    const grownMb = () => Math.round((most - before) / 2 ** 20);
    let closedMs = 0;
    const promises: Record<string, boolean> = {};
    const targets: Record<string, boolean> = {};
    for (const [name, kind] of Object.entries(KINDS)) {
      const count = runs * (kind.times ?? 1);
      const clients: Socket[] = [];
      let connected = 0;
      while (clients.length < count) {
        const some = Array.from({ length: Math.min(AT_ONCE, count - clients.length) }, () =>
          slowClient(gateway.url, kind),
        );
        for (const { client, isConnected } of await Promise.all(some)) {
          clients.push(client);
          if (isConnected) connected += 1;
        }
      }
      promises[`${name}: ${connected} of ${count} were connected`] = connected === count;
      const [began, acknowledged] = [performance.now(), system.promises.count('acknowledged')];
      const open = () => clients.filter((client) => !client.closed).length;
      const end = began + kind.closedMs * BUSY;
      while (open() > 0 && performance.now() < end) {
        await pause(DRIP_MS);
        most = Math.max(most, gateway.memoryBytes);
        const isLate = performance.now() - began > kind.closedMs - PROBE_MS;
        const drip = kind.drip ?? (!kind.reads && isLate ? PROBE : '');
        for (const client of clients) if (drip !== '' && !client.closed) client.write(drip);
      }
      const took = performance.now() - began;
      targets[`${name}: closed after ${kind.closedMs} ms, not ${Math.round(took)}`] = took <= kind.closedMs;
      closedMs = Math.max(closedMs, took);
      const meanwhile = system.promises.count('acknowledged') - acknowledged;
      promises[`${name}: all are closed, not all but ${open()}`] = open() === 0;
      promises[`${name}: sign-ups go on`] = meanwhile > 0;
      report(
        `${name}: ${count} closed after ${Math.round(took)} ms; ${meanwhile} sign-ups meanwhile; memory +${grownMb()} MB at most so far`,
      );
      for (const client of clients) client.destroy();
    }
    const kept = () => gateway.memoryBytes - before;
    await until(() => kept() <= KEPT_BYTES, 60_000, 'memory to come back').catch(() => undefined);
    const keptBytes = kept();
    await registrar.stop();
    const answered = registrar.latencies.length;
    const share = answered / (answered + registrar.turnedAway + system.promises.count('unknown'));
    const beside = percentile(registrar.latencies, 0.99);
    return conclude(await system.rest(), registrar, {
      figures: {
        clients: Object.values(KINDS).reduce((sum, { times = 1 }) => sum + runs * times, 0),
        closed_max_ms: Math.round(closedMs),
        quiet_p99_ms: quiet,
        beside_p99_ms: beside,
        answered: `${(share * 100).toFixed(1)} %`,
        memory_grown_mb: grownMb(),
        memory_kept_mb: Math.round(keptBytes / 2 ** 20),
      },
      promises,
      targets: {
        ...targets,
        [`sign-ups take ${SLOWER} × as long at most`]: beside <= quiet * SLOWER,
        'memory grows by 200 MB at most': most - before <= MEMORY_BYTES,
        'half of it comes back': keptBytes <= KEPT_BYTES,
        [`${KEPT_SHARE * 100} % have their answer`]: share >= KEPT_SHARE,
      },
      repeatsAllowed: 0,
    });
  },
};

async function slowClient(url: string, { first, reads }: Kind): Promise<{ client: Socket; isConnected: boolean }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  // Being cut off is what it is there for.
  socket.on('error', () => undefined);
  const isConnected = await new Promise<boolean>((resolve) =>
    socket.once('connect', () => resolve(true)).once('close', () => resolve(false)),
  );
  if (reads) socket.resume();
  else socket.pause();
  if (first !== '') socket.write(first);
  return { client: socket, isConnected };
}
