import { type Command, defineCommand, errorMessage, type Opened, table } from '@postern/runtime';
import type { DeadRows } from './dead-rows.ts';

export interface StatusCommandOptions {
  withRows: Opened<DeadRows>;
  /** What waits in each queue. */
  queues: () => Promise<{ queue: string; waiting: number; in_flight: number; delayed: number; dead: number }[]>;
}

/** `status`: what waits where, at a glance. A part that cannot be asked keeps none of the others from being shown. */
export function statusCommand({ withRows, queues }: StatusCommandOptions): Command {
  return defineCommand({
    name: 'status',
    summary: 'Shows what waits: in the outbox, and in the queues with their dead letters',
    about: 'Exits with 1 when a part cannot be asked.',
    examples: ['status', 'watch -n 5 gateway status', 'status --json'],
    run: async (_input, { answer, note }) => {
      const [outbox, depths] = await Promise.allSettled([withRows((rows) => rows.counts()), queues()]);
      const lines: string[] = [];
      if (outbox.status === 'fulfilled') {
        const { pending, dead, oldest } = outbox.value;
        lines.push(
          `outbox: ${pending} not sent, ${dead} of them dead${oldest ? `, the oldest since ${oldest.toISOString()}` : ''}`,
        );
      }
      if (depths.status === 'fulfilled') {
        const rows = depths.value.map((it) => [
          it.queue,
          ...[it.waiting, it.in_flight, it.delayed, it.dead].map(String),
        ]);
        lines.push('', ...table([['QUEUE', 'WAITING', 'IN FLIGHT', 'DELAYED', 'DEAD LETTERS'], ...rows]));
      }
      const given = <Value>(result: PromiseSettledResult<Value>) =>
        result.status === 'fulfilled' ? result.value : null;
      answer({ outbox: given(outbox), queues: given(depths) }, lines);
      for (const [name, part] of Object.entries({ outbox, queues: depths })) {
        if (part.status === 'rejected') note(`the ${name} cannot be asked: ${errorMessage(part.reason)}`);
      }
      return [outbox, depths].some(({ status }) => status === 'rejected') ? 1 : 0;
    },
  });
}
