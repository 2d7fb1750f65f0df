import { fileURLToPath } from 'node:url';

/** The folder of the whole repository. */
export const repositoryRoot = fileURLToPath(new URL('../../../', import.meta.url)).replace(/\/$/, '');

export const serviceNames = ['gateway', 'worker'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** The services as containers run them. */
export const serviceMains: Record<ServiceName, string> = {
  gateway: `${repositoryRoot}/services/gateway/src/main.ts`,
  worker: `${repositoryRoot}/services/worker/src/main.ts`,
};
