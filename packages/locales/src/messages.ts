import type { en } from './en.ts';

/** The texts of one language: what English has, all of it and nothing else. */
export type Messages = typeof en;
