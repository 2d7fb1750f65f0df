import type { ContainerModule } from 'inversify';
import * as capabilities from './capabilities.ts';
import type { WorkerParts } from './worker-parts.ts';

export type WorkerModule = (parts: WorkerParts) => ContainerModule;

/** What the worker can do, one module a capability. */
export const modules: readonly WorkerModule[] = Object.values(capabilities);
