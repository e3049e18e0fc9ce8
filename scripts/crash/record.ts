/** What is in the tables when all is over, read by their owner. */

import type { PointSource } from '../../src/domain/gamification/points.ts';
import type { SqlSession } from '../../src/infrastructure/database/database.ts';

export interface EntryRow {
  userId: string;
  organizationId: string;
  source: PointSource;
  reference: string;
  points: number;
  occurredAt: number;
  day: string;
}

export interface TotalsRow extends Record<PointSource, number> {
  userId: string;
  entries: number;
  lastEarnedAt: number;
}

export interface AchievementRow {
  userId: string;
  code: string;
  tier: string;
  earnedAt: number;
}

export interface EventRow {
  id: string;
  stream: string;
  version: number;
  type: string;
  data: Readonly<Record<string, unknown>>;
}

export interface CrashRecord {
  /** In the order of recording. */
  ledger: readonly EntryRow[];
  days: readonly { userId: string; organizationId: string; day: string; points: number }[];
  totals: readonly TotalsRow[];
  achievements: readonly AchievementRow[];
  /** In the order of positions. */
  events: readonly EventRow[];
  /** Ids of events that were not published, or not noted as published. */
  outbox: readonly string[];
}

const query = `select jsonb_build_object(
  'ledger', (select coalesce(jsonb_agg(jsonb_build_object('userId', l.user_id, 'organizationId', l.organization_id,
    'source', l.source, 'reference', l.reference, 'points', l.points, 'occurredAt', internal.ms(l.occurred_at),
    'day', l.day) order by l.id), '[]') from internal.points_ledger l),
  'days', (select coalesce(jsonb_agg(jsonb_build_object('userId', d.user_id, 'organizationId', d.organization_id,
    'day', d.day, 'points', d.points)), '[]') from internal.point_days d),
  'totals', (select coalesce(jsonb_agg(jsonb_build_object('userId', t.user_id, 'course', t.course, 'skill', t.skill,
    'assessment', t.assessment, 'practice', t.practice, 'streak_day', t.streak_day, 'entries', t.entries,
    'lastEarnedAt', internal.ms(t.last_earned_at))), '[]') from internal.point_totals t),
  'achievements', (select coalesce(jsonb_agg(jsonb_build_object('userId', a.user_id, 'code', a.code, 'tier', a.tier,
    'earnedAt', internal.ms(a.earned_at))), '[]') from internal.achievements a),
  'events', (select coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'stream', e.stream, 'version', e.version,
    'type', e.type, 'data', e.data) order by e.position), '[]') from internal.domain_events e),
  'outbox', (select coalesce(jsonb_agg(o.event_id), '[]') from internal.outbox o))::text as record`;

export async function readRecord(session: SqlSession): Promise<CrashRecord> {
  const [row] = await session.query(query);
  return JSON.parse(row?.record ?? 'null') as CrashRecord;
}
