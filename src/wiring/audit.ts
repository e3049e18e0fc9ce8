import { ReadsOnRecord } from '../application/audit/reads-on-record.ts';
import type { Clock } from '../application/ports/clock.ts';
import type { Logger } from '../application/ports/logger.ts';
import type { ReadLog } from '../application/ports/read-log.ts';
import type { Config } from '../config.ts';
import { ids } from '../infrastructure/auth/ids.ts';
import { watchReadLog } from '../infrastructure/observability/read-log-figures.ts';
import type { Observing } from './observing.ts';
import type { Own } from './own.ts';

export interface AuditDeps {
  config: Pick<Config, 'VERCEL'>;
  own: Pick<Own, 'audit' | 'people'>;
  observing: Pick<Observing, 'metrics'>;
  clock: Clock;
  logger: Logger;
}

/** What a process that is killed may lose. */
const flushEveryMs = 2000;

/** Puts reads into the audit log from time to time, and what is left of them at the end. */
export function openReadLog({ config, own, observing, clock, logger }: AuditDeps): {
  reads: ReadLog;
  close: () => Promise<void>;
} {
  const log = new ReadsOnRecord({ audit: own.audit, forgotten: own.people, clock, ids, logger });
  watchReadLog(observing.metrics, log);
  const timer = setInterval(() => void log.flush(), flushEveryMs).unref();
  // Such a host stops a process between requests.
  const isFrozenBetween = config.VERCEL !== undefined;
  return {
    reads: {
      note: (read) => {
        log.note(read);
        if (isFrozenBetween) void log.flush();
      },
      refused: (refusal) => {
        log.refused(refusal);
        if (isFrozenBetween) void log.flush();
      },
    },
    close: async () => {
      clearInterval(timer);
      await log.close();
    },
  };
}
