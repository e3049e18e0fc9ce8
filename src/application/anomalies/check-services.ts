import { services } from '../../domain/provenance.ts';
import { latencyRise } from '../../domain/statistics/anomaly.ts';
import { round } from '../../domain/statistics/summary.ts';
import type { ReadMinutes } from '../integration/service-figures.ts';
import { hourSlot } from '../jobs/slots.ts';
import type { Figures } from '../ports/jobs.ts';
import type { Logger } from '../ports/logger.ts';
import type { Notices, OnAnomalyCheck } from '../ports/notices.ts';

export interface CheckServicesDeps {
  minutes: ReadMinutes;
  notices: Pick<Notices, 'add'>;
  onCheck: OnAnomalyCheck;
  logger: Pick<Logger, 'warn'>;
}

/**
 * Looks at how long each service takes, and tells of one that has become slow; of the same service once an hour at most.
 * @throws RpcError
 */
export const makeCheckServices =
  ({ minutes, notices, onCheck, logger }: CheckServicesDeps) =>
  async (now: number, signal: AbortSignal): Promise<Figures> => {
    const medians = await minutes();
    let unusual = 0;
    for (const service of services) {
      signal.throwIfAborted();
      const compared = latencyRise(medians.get(service) ?? []);
      onCheck('latency', compared === null ? 'unknown' : compared.isUnusual ? 'unusual' : 'usual');
      if (!compared?.isUnusual) continue;
      unusual += 1;
      const data = { ms: round(compared.value), usualMs: round(compared.usual), z: round(compared.z, 2) };
      const notice = { type: 'latency_rose', data: { service, ...data }, occurredAt: now };
      const isNew = await notices.add(`service:${service}`, hourSlot(now), [notice]);
      if (isNew) logger.warn({ service, ...data }, 'a service has become slow');
    }
    return { checked: services.length, unusual };
  };
