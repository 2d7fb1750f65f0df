import type { ContainerModule } from 'inversify';
import * as capabilities from './capabilities.ts';

/** What the gateway can do, one module a capability. */
export const modules: readonly ContainerModule[] = Object.values(capabilities);
