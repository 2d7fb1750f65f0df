export { runK6Script } from '../k6.ts';
export type { Backend } from './background.ts';
export { bundleServices } from './bundle-services.ts';
export { hasChromium, launchChromium } from './chromium.ts';
export { openElasticmq } from './elasticmq.ts';
export { endWithThisProcess } from './end-with-this-process.ts';
export { type OwnMariadb, startMariadb } from './mariadb.ts';
export { type OwnSqs, startOwnSqs } from './own-sqs.ts';
