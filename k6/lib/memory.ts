import { sleep } from 'k6';
import http from 'k6/http';
import { Gauge, Trend } from 'k6/metrics';

const EVERY_SECONDS = 5;
const MEGABYTE = 2 ** 20;

const resident = new Trend('resident_mb');
/** In MB a minute, by least squares over the second half: a process grows at first. */
const slope = new Gauge('memory_slope_mb_per_minute');

interface Sample {
  minute: number;
  mb: number;
}

/** Reads the resident memory of each service for so long. @throws Error where a service has no metrics at its URL */
export function watchMemory(services: Record<string, string>, seconds: number): void {
  const samples = Object.keys(services).map((): Sample[] => []);
  const began = Date.now();
  while (Date.now() - began < seconds * 1_000) {
    for (const [n, [service, ops]] of Object.entries(services).entries()) {
      const mb = residentMb(ops);
      resident.add(mb, { service });
      samples[n]?.push({ minute: (Date.now() - began) / 60_000, mb });
    }
    sleep(EVERY_SECONDS);
  }
  for (const [n, service] of Object.keys(services).entries()) {
    const all = samples[n] ?? [];
    slope.add(slopeOf(all.slice(Math.floor(all.length / 2))), { service });
  }
}

function residentMb(ops: string): number {
  const { body } = http.get(`${ops}/metrics`, { tags: { name: 'metrics' }, responseType: 'text' });
  const bytes = /^process_resident_memory_bytes(?:\{.*\})? (\S+)$/m.exec(body ?? '')?.[1];
  if (bytes === undefined) throw new Error(`${ops}/metrics has no process_resident_memory_bytes`);
  return Number(bytes) / MEGABYTE;
}

function slopeOf(samples: readonly Sample[]): number {
  const mean = (pick: (sample: Sample) => number) => samples.reduce((sum, it) => sum + pick(it), 0) / samples.length;
  const [minute, mb] = [mean((it) => it.minute), mean((it) => it.mb)];
  const spread = mean((it) => (it.minute - minute) ** 2);
  return spread === 0 ? 0 : mean((it) => (it.minute - minute) * (it.mb - mb)) / spread;
}
