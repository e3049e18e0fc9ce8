import { Counter, Gauge, type Registry } from 'prom-client';
import type { ReadsOnRecord } from '../../application/audit/reads-on-record.ts';

/** How reads of others' data get into the audit log, counted from the start of the process on. */
export function watchReadLog(registry: Registry, log: Pick<ReadsOnRecord, 'figures'>): void {
  new Counter({
    name: 'audit_reads_total',
    help: 'Reads of others’ data and refusals of them: written to the audit log, or dropped because the database was away for long',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      const { written, dropped } = log.figures();
      this.reset();
      this.inc({ outcome: 'written' }, written);
      this.inc({ outcome: 'dropped' }, dropped);
    },
  });
  new Gauge({
    name: 'audit_reads_waiting',
    help: 'Lines that wait to be written to the audit log',
    registers: [registry],
    collect() {
      this.set(log.figures().waiting);
    },
  });
}
