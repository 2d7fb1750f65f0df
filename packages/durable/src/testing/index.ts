export { everyCrash } from './every-crash.ts';
export { Life, MortalDatabase, MortalSender } from './mortal.ts';
