import { readdirSync, readFileSync } from 'node:fs';

/** CPU of the threads of a process, in milliseconds: of libuv's pool, which hashes, and of all others. */
export function threadCpu(pid: number): { pool: number; rest: number } {
  const cpu = { pool: 0, rest: 0 };
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const folder = `/proc/${pid}/task/${thread}`;
    const ms = Number(readFileSync(`${folder}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
    if (readFileSync(`${folder}/comm`, 'utf8').startsWith('libuv-worker')) cpu.pool += ms;
    else cpu.rest += ms;
  }
  return cpu;
}
