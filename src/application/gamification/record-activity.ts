import { type Calendar, dayOf } from '../../domain/time.ts';
import type { GamificationWrites } from '../ports/gamification-writes.ts';

export interface PersonActivity {
  userId: string;
  /** What was done; letters a–z and _. */
  source: string;
  /** Epoch ms. */
  occurredAt: number;
}

/**
 * Keeps that a person did something, and on which day of the organization, so that the day counts when the
 * service has forgotten it. False when it was kept before, and for what has not happened yet.
 * @throws RpcError unavailable, invalid.
 */
export async function recordActivity(
  { userId, source, occurredAt }: PersonActivity,
  writes: Pick<GamificationWrites, 'recordActivity'>,
  { now, zone }: Calendar,
): Promise<boolean> {
  if (occurredAt > now) return false;
  return writes.recordActivity(userId, { day: dayOf(occurredAt, zone), source, occurredAt });
}
