// What somebody does with capabilities that need nothing of the others, a line each: whatever makes an operation of a product writes its own.
// One has to be there: k6 (1.8) does not come back from the import of a module that exports nothing.
export { profile } from './profile.ts';
