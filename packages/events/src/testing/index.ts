export { testKeys } from './test-keys.ts';
