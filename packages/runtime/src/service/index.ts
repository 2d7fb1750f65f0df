export type { ReadyMessage } from './announce-ready.ts';
export { listenOn } from './listen-on.ts';
export { productEnv } from './product-env.ts';
export { rereadRings } from './reread-rings.ts';
export { runMain } from './run-main.ts';
export { readDatabaseUrl, serviceEnv, tcpPort } from './service-env.ts';
export { ServiceProcess } from './service-process.ts';
export { type Part, waitFor } from './wait-for.ts';
export { waitForDatabase } from './wait-for-database.ts';
