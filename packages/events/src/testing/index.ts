export { FakeEvents } from './fake-events.ts';
export { testKeys } from './test-keys.ts';
