import type { Names } from './names.ts';

/** Where the definition of an event is, and that of a job which both services know. */
export function messageFile({ file }: Pick<Names, 'file'>): string {
  return `packages/events/src/catalog/${file}.ts`;
}
