import type { ContainerModule } from 'inversify';
import * as capabilities from './capabilities.ts';
import * as foundation from './foundation.ts';

/** What the gateway can do, one module a capability, after what they are built on. */
export const modules: readonly ContainerModule[] = [
  ...Object.values(foundation),
  ...Object.values<ContainerModule>(capabilities),
];
