import * as all from './all.ts';
import type { Listener } from './listen.ts';

/** Every listener. Two of one name stop the process at start. */
export const listeners: readonly Listener[] = Object.values(all);
