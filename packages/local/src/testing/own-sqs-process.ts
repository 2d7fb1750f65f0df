import { startSqs } from '../playground/sqs.ts';

/** What `startOwnSqs` runs: the embedded SQS in a process of its own. */
const [port = '', folder = ''] = process.argv.slice(2);
await startSqs({ host: '127.0.0.1', port: Number(port), folder, releaseInFlight: false });
