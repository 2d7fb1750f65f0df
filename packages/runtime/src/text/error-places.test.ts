import { expect, it } from 'vitest';
import { errorPlaces } from './error-places.ts';

function failed(frames: readonly string[], message = 'no room'): Error {
  return Object.assign(new Error(message), {
    stack: [`Error: ${message}`, ...frames.map((frame) => `    at ${frame}`)].join('\n'),
  });
}

it('names the file and line where an error was thrown, and the next file, without what is not ours', () => {
  const error = failed([
    'new Promise (<anonymous>)',
    'process.processTicksAndRejections (node:internal/process/task_queues:105:5)',
    'Client._query (/app/node_modules/.pnpm/knex@3.1.0/node_modules/knex/lib/packages/client.js:10:3)',
    'async call (file:///srv/shop/services/worker/src/call-outside.ts:61:22)',
    'file:///srv/shop/services/worker/src/call-outside.ts:40:5',
    'async Object.handle (/srv/shop/services/worker/src/listeners/send-receipt.ts:12:7)',
    'async run (/srv/shop/packages/durable/src/inbox/inbox.ts:93:5)',
  ]);
  expect(errorPlaces(error)).toEqual([
    'services/worker/src/call-outside.ts:61',
    'services/worker/src/listeners/send-receipt.ts:12',
  ]);
});

it('of a statement names who sent it, not what every statement goes through', () => {
  const error = failed([
    'MysqlClient.query (file:///srv/shop/packages/runtime/src/database/mysql-client.ts:121:17)',
    'async StatementRunner.run (file:///srv/shop/packages/runtime/src/database/statement-runner.ts:41:37)',
    'async SqlOrders.add (file:///srv/shop/services/gateway/src/orders/sql-orders.ts:30:5)',
    'async transact (file:///srv/shop/packages/runtime/src/database/transact.ts:30:22)',
    'async Object.handle (file:///srv/shop/services/gateway/src/orders/orders-routes.ts:41:9)',
  ]);
  expect(errorPlaces(error)).toEqual([
    'services/gateway/src/orders/sql-orders.ts:30',
    'services/gateway/src/orders/orders-routes.ts:41',
  ]);
});

it('names this very line', () => {
  expect(errorPlaces(new Error('here'))[0]).toMatch(/^packages\/runtime\/src\/text\/error-places\.test\.ts:\d+$/);
});

it('takes no line of the message for a place, and has none of what is no error', () => {
  expect(errorPlaces(failed([], 'ann@example.com\nat services/a.ts'))).toEqual([]);
  expect(errorPlaces('services/a.ts:1:1')).toEqual([]);
});

it.each([{ stack: 42 }, { stack: [] }, { stack: undefined }])('has none of a stack that is no text: $stack', (made) => {
  expect(errorPlaces(Object.assign(new Error('no room'), made))).toEqual([]);
});
