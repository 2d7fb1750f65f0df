import { test } from 'vitest';
import { make } from '../src/postern/make.ts';
import { Terminal } from '../src/terminal.ts';
import { RepositoryCopy } from './repository-copy.ts';

const silent = new Terminal({ write: () => true }, {});

test('what the generators write passes types, lint and the tests of the framework, untouched', async () => {
  using copy = new RepositoryCopy();
  make('all', 'order.shipped', silent, copy.root);
  make('event', 'order.shipped_late', silent, copy.root);
  make('mail', 'order.shipped_back', silent, copy.root);
  make('listener', 'order.shipped_late', silent, copy.root);
  // Of this release: one with a person and a link, one with neither.
  make('listener', 'user.registered', silent, copy.root);
  make('listener', 'mail.feedback_received', silent, copy.root);
  // An event that nobody listens to yet.
  make('event', 'order.cancelled', silent, copy.root);
  make('job', 'avatar.resize', silent, copy.root);
  make('schedule', 'report.nightly', silent, copy.root);
  make('endpoint', 'orders.list', silent, copy.root);
  make('module', 'parcels', silent, copy.root);
  make('migration', 'order.lines', silent, copy.root);
  make('migration', 'parcel.labels', silent, copy.root, 'worker');

  await copy.passes('tsc', '-p', 'tsconfig.json');
  await copy.passes('biome', 'check', '--error-on-warnings', '--vcs-enabled=false', 'packages', 'services');
  await copy.passes(
    ...['vitest', 'run', '--project', 'unit', 'packages/events/src', 'packages/local/src/architecture.test.ts'],
    'packages/local/src/exports.test.ts',
    ...['packages/local/src/documents.test.ts', 'services/worker/src/listeners', 'services/worker/src/jobs'],
    ...['services/worker/src/mail/content/mails', 'services/gateway/src/orders-list', 'services/gateway/src/parcels'],
  );
  await copy.passes(
    ...['vitest', 'run', '--project', 'parts', 'services/gateway/test/table-bounds.test.ts'],
    ...['services/worker/test/table-bounds.test.ts', 'services/worker/test/schedules.test.ts'],
    ...['services/gateway/test/http-openapi.test.ts'],
  );
}, 900_000);
