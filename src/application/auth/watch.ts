import { AppError } from '../../domain/errors.ts';
import type { Abuse } from '../../domain/identity/abuse.ts';
import type { Subject } from '../../domain/identity/policy.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';
import { organizationStream, platformStream } from '../../domain/live.ts';
import type { AbuseFigures } from '../ports/abuse-figures.ts';
import type { Audit } from '../ports/audit.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Logger } from '../ports/logger.ts';
import type { Suspicions, Verdict } from '../ports/suspicions.ts';

/** How many different things each abuse takes in ten minutes; 0 = it is not looked for. */
export type AbuseThresholds = Readonly<Record<Abuse, number>>;

export interface WatchDeps {
  suspicions: Suspicions;
  thresholds: AbuseThresholds;
  audit: Pick<Audit, 'add'>;
  events: Pick<EventLog, 'append'>;
  figures: AbuseFigures;
  clock: Clock;
  logger: Pick<Logger, 'warn'>;
}

/** Looks for callers who mean no good, and keeps them waiting longer each time. */
export interface Watch {
  /** Without a promise: it stands in every request's way. */
  isRefused(viewer: Viewer): boolean;
  /** @throws AppError RATE_LIMIT_EXCEEDED while the caller is refused. */
  admit(viewer: Viewer): void;
  /** The same of whoever shows no good credential from an address; a good one is never refused for its address. */
  admitStranger(address: string): void;
  /** A caller may see a subject. */
  saw(viewer: Viewer, subject: Subject, requestId: string): void;
  /** A caller was told that something is not there, or not for it. @param thing what was asked about. */
  missed(viewer: Viewer, thing: string, requestId: string): void;
  /** A credential that was never good came from an address. */
  failed(address: string, credential: string, requestId: string): void;
}

/** A service goes through lists that may be of yesterday. */
const keyFactor = 10;
const mostRefused = 20_000;

const tooMuch = (ms: number) =>
  new AppError('RATE_LIMIT_EXCEEDED', 'Too many requests that look like a search for what is another’s.', {
    retryAfterSeconds: Math.max(1, Math.ceil(ms / 1000)),
  });

export function makeWatch(deps: WatchDeps): Watch {
  const { suspicions, thresholds, audit, events, figures, clock, logger } = deps;
  /** Caller → why and until when. */
  const refused = new Map<string, { abuse: Abuse; until: number }>();

  function refusalOf(caller: string): { abuse: Abuse; ms: number } | undefined {
    if (refused.size === 0) return undefined;
    const known = refused.get(caller);
    if (known === undefined) return undefined;
    const ms = known.until - clock.now();
    if (ms > 0) return { abuse: known.abuse, ms };
    refused.delete(caller);
    return undefined;
  }

  function refuse(caller: string, abuse: Abuse, ms: number): void {
    const until = clock.now() + ms;
    if ((refused.get(caller)?.until ?? 0) >= until) return;
    refused.delete(caller);
    refused.set(caller, { abuse, until });
    const [oldest] = refused.keys();
    if (refused.size > mostRefused && oldest !== undefined) refused.delete(oldest);
  }

  /** On record by the caller's id, and told without it to whoever answers for the organization. */
  async function tell(abuse: Abuse, viewer: Viewer | null, strike: number, ms: number, requestId: string) {
    figures.detected(abuse);
    logger.warn({ abuse, strike }, 'somebody does too much of what is harmless once');
    const organizationId = viewer?.organizationId ?? null;
    const occurredAt = clock.now();
    const data = { abuse, strike, refusedSeconds: Math.round(ms / 1000) };
    await audit.add(
      {
        ...{ actorId: viewer?.id ?? null, action: 'abuse.detected', subjectKind: null, subjectId: null },
        ...{ organizationId, outcome: 'denied', requestId, detail: data },
      },
      occurredAt,
    );
    const stream = organizationId === null ? platformStream : organizationStream(organizationId);
    await events.append({ stream, type: 'abuse_detected', data, correlationId: requestId, occurredAt });
  }

  async function note(abuse: Abuse, caller: string, thing: string, viewer: Viewer | null, requestId: string) {
    const most = thresholds[abuse] * (viewer?.scopes === undefined ? 1 : keyFactor);
    if (most === 0) return;
    const judged = suspicions.note({ abuse, caller, thing, most });
    // What is nothing new costs no promise.
    const { refusedMs, strike }: Verdict = judged instanceof Promise ? await judged : judged;
    if (refusedMs > 0) refuse(caller, abuse, refusedMs);
    if (strike === null) return;
    await tell(abuse, viewer, strike, refusedMs, requestId).catch(() =>
      logger.warn({ abuse }, 'abuse cannot be put on record'),
    );
  }

  function admit(caller: string): void {
    const refusal = refusalOf(caller);
    if (refusal === undefined) return;
    figures.refused(refusal.abuse);
    throw tooMuch(refusal.ms);
  }

  const callerOf = ({ id }: Viewer) => `user ${id}`;
  const callerAt = (address: string) => `address ${address}`;
  return {
    isRefused: (viewer) => refused.size > 0 && refusalOf(callerOf(viewer)) !== undefined,
    admit: (viewer) => admit(callerOf(viewer)),
    admitStranger: (address) => admit(callerAt(address)),
    saw: (viewer, { kind, id }, requestId) => {
      // A key is there to read about all of an organization; its quota bounds it.
      if (kind === 'organization' || id === viewer.id || viewer.scopes !== undefined) return;
      void note('scraping', callerOf(viewer), id, viewer, requestId);
    },
    missed: (viewer, thing, requestId) => void note('probing', callerOf(viewer), thing, viewer, requestId),
    failed: (address, credential, requestId) =>
      void note('spraying', callerAt(address), credential, null, requestId),
  };
}
