import { z } from 'zod';
import { pointSources } from '../../domain/gamification/points.ts';
import { abuses } from '../../domain/identity/abuse.ts';
import { policies } from '../../domain/identity/policy.ts';
import { type LiveType, liveTypes, personStream } from '../../domain/live.ts';
import type { DomainEvent } from '../ports/events.ts';

const instant = z.number().transform((at) => new Date(at).toISOString());

/** What of an event is shown; anything else in it is not for a viewer. */
const shownData = {
  points_awarded: z.object({
    source: z.enum(pointSources),
    reference: z.string(),
    points: z.number(),
    occurredAt: instant,
  }),
  achievement_unlocked: z.object({ code: z.string(), tier: z.string(), earnedAt: instant }),
  analytics_refreshed: z.object({ subject: z.object({ kind: z.enum(policies), id: z.string() }) }),
  risk_raised: z.object({
    courseId: z.string().nullish(),
    riskLevel: z.enum(['low', 'medium', 'high', 'critical']),
    horizonDays: z.number().nullish(),
  }),
  report_ready: z.object({ reportId: z.string() }),
  abuse_detected: z.object({ abuse: z.enum(abuses), strike: z.number(), refusedSeconds: z.number() }),
} satisfies Record<LiveType, z.ZodType>;

const named = z.object({ userId: z.string().optional() });

const isLive = (type: string): type is LiveType => liveTypes.some((known) => known === type);

/** An event as a viewer sees it. */
interface ShownEvent {
  type: LiveType;
  data: unknown;
}

/**
 * Null = not for viewers: another type, an event of somebody who was erased, one that is not what its type says, or
 * one that names somebody else than the person whose stream it is in.
 */
export function shownOf({ type, stream, data }: DomainEvent): ShownEvent | null {
  if (!isLive(type)) return null;
  const about = named.safeParse(data);
  if (!about.success) return null;
  const { userId } = about.data;
  if (userId !== undefined && stream !== personStream(userId)) return null;
  const shown = shownData[type].safeParse(data);
  return shown.success ? { type, data: shown.data } : null;
}
