export type { CrashProcess, CrashWorld } from './crash-world.ts';
export { everyCrash } from './every-crash.ts';
export { Life, MortalDatabase, MortalSender } from './mortal.ts';
