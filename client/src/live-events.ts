import { ApiError, asApiError, mayPass, problemOf } from './problem.ts';
import { readEvents, type StreamPlace, silenceGuard } from './server-sent-events.ts';

/** What a stream tells of. A type that is newer than this client is passed over. */
export const liveEventTypes = [
  'points_awarded',
  'achievement_unlocked',
  'analytics_refreshed',
  'risk_raised',
  'report_ready',
  'abuse_detected',
] as const;
type LiveEventType = (typeof liveEventTypes)[number];

interface EventData extends Record<LiveEventType, object> {
  points_awarded: { source: string; reference: string; points: number; occurredAt: string };
  achievement_unlocked: { code: string; tier: string; earnedAt: string };
  analytics_refreshed: { subject: { kind: string; id: string } };
  risk_raised: {
    courseId?: string | null;
    riskLevel: 'low' | 'medium' | 'high' | 'critical';
    horizonDays?: number | null;
  };
  report_ready: { reportId: string };
  /** To an org_admin: who it was is in the audit log. */
  abuse_detected: { abuse: 'probing' | 'spraying' | 'scraping'; strike: number; refusedSeconds: number };
}

/** Something that has happened to the viewer. `id` is its place: give it as `lastEventId` to go on after it. */
export type LiveEvent = { [T in LiveEventType]: { id: string; type: T; data: EventData[T] } }[LiveEventType];

export interface LiveOptions {
  signal?: AbortSignal;
  /** Go on after this event; without it the stream begins now. */
  lastEventId?: string;
  /** How the connection does: for a sign on the page. */
  onState?: (state: 'open' | 'waiting', waitMs?: number) => void;
}

/** Silence after which a connection is taken for dead; the API says something every 15 s. */
const silenceMs = 45_000;
const firstWaitMs = 1000;
const longestWaitMs = 30_000;

/** Between half and all of a time that doubles with each failure, so that readers do not come back all at once. */
const backOff = (failures: number): number =>
  Math.min(longestWaitMs, firstWaitMs * 2 ** failures) * (0.5 + Math.random() / 2);

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });

const isEvent = (type: string): type is LiveEventType => liveEventTypes.some((known) => known === type);

/**
 * Events as they happen, over connections that are made again until the reader leaves (`signal`, or `break`): nothing
 * is told twice and nothing is left out, as each connection goes on after the last event. Read with fetch, because an
 * EventSource cannot send the token.
 * @throws ApiError when coming back is of no use: logged out, or refused.
 */
export async function* liveEvents(
  open: (headers: Record<string, string>, signal: AbortSignal) => Promise<Response>,
  { signal: outer, lastEventId = '', onState = () => undefined }: LiveOptions,
): AsyncGenerator<LiveEvent, void, undefined> {
  const left = new AbortController();
  const signal = outer === undefined ? left.signal : AbortSignal.any([outer, left.signal]);
  const place: StreamPlace = { lastId: lastEventId, retryMs: null };
  let failures = 0;

  try {
    while (!signal.aborted) {
      place.retryMs = null;
      let waitMs: number;
      const guard = silenceGuard(silenceMs, signal);
      try {
        const response = await open(
          place.lastId === '' ? {} : { 'last-event-id': place.lastId },
          guard.signal,
        );
        if (!response.ok || response.body === null)
          throw new ApiError(problemOf(response, await response.json().catch(() => null)));
        onState('open');
        for await (const { event, data } of readEvents(response.body, place, guard)) {
          failures = 0;
          if (isEvent(event)) yield { id: place.lastId, type: event, data: JSON.parse(data) } as LiveEvent;
        }
        waitMs = place.retryMs ?? backOff(failures);
      } catch (thrown) {
        if (signal.aborted) return;
        const { problem } = asApiError(thrown);
        if (!mayPass(problem)) throw new ApiError(problem, { cause: thrown });
        const told = 'retryAfterSeconds' in problem ? (problem.retryAfterSeconds ?? 0) * 1000 : 0;
        waitMs = Math.max(told, backOff(failures));
        failures += 1;
      } finally {
        guard.stop();
      }
      onState('waiting', waitMs);
      await pause(waitMs, signal);
    }
  } finally {
    left.abort();
  }
}
