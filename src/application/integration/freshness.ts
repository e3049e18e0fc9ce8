import { type Service, services } from '../../domain/provenance.ts';
import type { LastWord } from './service-book.ts';

export const freshnessStatuses = ['kept', 'idle', 'late', 'unknown', 'not_configured'] as const;

/** How old what a service has said is, against what is promised. */
export interface Freshness {
  service: Service;
  /** Epoch ms of its last good answer to this process; null = there was none. */
  asOf: number | null;
  ageSeconds: number | null;
  /** The longest that its figures count as fresh; null = no analytic reads it. */
  promiseSeconds: number | null;
  /**
   * `kept`: within the promise. `idle`: older, but nobody has asked since, and it answered last time. `late`: older,
   * and it fails. `unknown`: it was never asked here.
   */
  status: (typeof freshnessStatuses)[number];
}

export interface FreshnessDeps {
  isConfigured: (service: Service) => boolean;
  lastWordOf: (service: Service) => LastWord;
  promiseOf: (service: Service) => number | null;
}

function statusOf(ageSeconds: number | null, promiseSeconds: number | null, isFailing: boolean) {
  if (ageSeconds === null) return isFailing ? 'late' : 'unknown';
  if (promiseSeconds === null || ageSeconds <= promiseSeconds) return 'kept';
  return isFailing ? 'late' : 'idle';
}

/** Of all nine, at an instant. */
export function freshnessOf(
  { isConfigured, lastWordOf, promiseOf }: FreshnessDeps,
  now: number,
): Freshness[] {
  return services.map((service) => {
    const { goodAt, isFailing } = lastWordOf(service);
    const ageSeconds = goodAt === null ? null : Math.max(0, Math.floor((now - goodAt) / 1000));
    const promiseSeconds = promiseOf(service);
    const status = isConfigured(service) ? statusOf(ageSeconds, promiseSeconds, isFailing) : 'not_configured';
    return { service, asOf: goodAt, ageSeconds, promiseSeconds, status };
  });
}
