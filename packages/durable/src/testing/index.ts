export { everyCrash } from './every-crash.ts';
