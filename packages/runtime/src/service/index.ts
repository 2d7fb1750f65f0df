export type { ReadyMessage } from './announce-ready.ts';
export { listenOn } from './listen-on.ts';
export { rereadRings } from './reread-rings.ts';
export { runMain } from './run-main.ts';
export { productEnv, readDatabaseUrl, serviceEnv, tcpPort } from './service-env.ts';
export { ServiceProcess } from './service-process.ts';
export { type Part, waitFor } from './wait-for.ts';
export { waitForDatabase } from './wait-for-database.ts';
