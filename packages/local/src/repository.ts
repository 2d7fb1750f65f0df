import { fileURLToPath } from 'node:url';

/** The folder of the whole repository. */
export const repositoryRoot = fileURLToPath(new URL('../../../', import.meta.url)).replace(/\/$/, '');

/** The services as containers run them. */
export const serviceMains = {
  gateway: `${repositoryRoot}/services/gateway/src/main.ts`,
  worker: `${repositoryRoot}/services/worker/src/main.ts`,
};
