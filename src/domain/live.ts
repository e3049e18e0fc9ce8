import type { Viewer } from './identity/viewer.ts';

/** What live streams tell of. */
export const liveTypes = [
  'points_awarded',
  'achievement_unlocked',
  'analytics_refreshed',
  'risk_raised',
  'report_ready',
  'abuse_detected',
] as const;
export type LiveType = (typeof liveTypes)[number];

export const personStream = (userId: string): string => `user:${userId}`;
export const organizationStream = (organizationId: string): string => `organization:${organizationId}`;

/** What is about the platform as a whole; nobody follows it live. */
export const platformStream = 'platform:security';

/**
 * Streams of events that a viewer may follow: the own one, and for an org_admin what is about the own organization.
 * Nobody follows another person, whatever the role.
 */
export function liveStreamsOf({ id, organizationId, roles }: Viewer): readonly string[] {
  const own = [personStream(id)];
  return roles.includes('org_admin') && organizationId !== null
    ? [...own, organizationStream(organizationId)]
    : own;
}
