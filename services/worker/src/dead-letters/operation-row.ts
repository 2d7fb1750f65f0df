import { Columns, column } from '@postern/runtime';
import { POSTERN } from '../operators/own-names.ts';
import { type RegisterFilter, readFilter } from './letter-filter.ts';

/** `survey` goes through a queue: it writes down what SQS itself has moved, and deletes copies of what was acted on. */
export type OperationKind = 'redrive' | 'discard' | 'survey';
/**
 * `canary`: the first letters went ahead, and whether they pass is waited for. `stopped`: they did not; an operator has it go on, or
 * cancels it.
 */
export type OperationState = 'running' | 'canary' | 'stopped' | 'done' | 'failed' | 'cancelled';

export interface Operation {
  id: string;
  kind: OperationKind;
  queue: string;
  operator: string;
  /** Undefined of one that is over: it may have been searched for by an address. Also where its row cannot be read: it is about none, then. */
  filter: RegisterFilter | undefined;
  /** Which letters it is about, in words. */
  words: string;
  state: OperationState;
  /** Nobody asked for it: it is the one of its queue that sends back what this release knows by now. */
  automatic: boolean;
  /** Letters there were at its start; of a redrive or a discard, no more are acted on. */
  total: number;
  done: number;
  failed: number;
  note: string;
  canaryAt: Date | undefined;
  canaryPassed: boolean;
  createdAt: Date;
  endedAt: Date | undefined;
}

const columns = new Columns<Omit<Operation, 'automatic'>>({
  id: column.id('id'),
  kind: column.value('kind'),
  queue: column.value('queue'),
  operator: column.value('operator'),
  filter: { name: 'filter', read: (stored) => readFilter(String(stored)), store: JSON.stringify },
  words: column.value('words'),
  state: column.value('state'),
  total: column.value('total'),
  done: column.value('done'),
  failed: column.value('failed'),
  note: column.value('note'),
  canaryAt: column.timeOrUndefined('canary_at'),
  canaryPassed: { name: 'canary_passed', read: Boolean, store: (passed) => passed },
  createdAt: column.time('created_at'),
  endedAt: column.timeOrUndefined('ended_at'),
});

/** By what the operation that nobody asked for is known as the only one of its queue. */
export const automaticIn = (queue: string) => `${POSTERN} ${queue}`;

/** An operation as its row has it. */
export function toOperation(row: { alone_in: string | null }): Operation {
  const operation = columns.read(row);
  return { ...operation, automatic: row.alone_in === automaticIn(operation.queue) };
}
