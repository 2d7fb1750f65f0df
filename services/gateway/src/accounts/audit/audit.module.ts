import { bindClass, Clock, Database } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import { EventPublisher } from '../../outbox/event-publisher.ts';
import { AuditLog } from './audit-log.ts';
import { Journal } from './journal.ts';
import { SqlAuditLog } from './sql-audit-log.ts';

export const auditModule = new ContainerModule((module) => {
  bindClass(module, AuditLog, SqlAuditLog, [Clock]);
  bindClass(module, Journal, Journal, [AuditLog, EventPublisher, Database]);
});
