import { z } from 'zod';
import type { DirectoryPort } from '../../application/ports/upstreams.ts';
import { path, uniqueBy, type Wire, windowQuery, within } from './wire.ts';
import {
  orNull,
  wireCountOrNull,
  wireFlag,
  wireId,
  wireIdOrNull,
  wireInstant,
  wireInstantOrNull,
  wireLevel,
  wireNumberOrNull,
  wireRoles,
  wireSeconds,
  wireText,
} from './wire-types.ts';

const organization = z.object({
  id: wireId,
  name: wireText,
  timeZone: wireText,
  size: wireCountOrNull,
  industry: wireText,
});

const member = z.object({
  userId: wireId,
  organizationId: wireIdOrNull,
  fullName: wireText,
  departmentId: wireIdOrNull,
  departmentName: wireText,
  teamId: wireIdOrNull,
  managerId: wireIdOrNull,
  position: wireText,
  roles: wireRoles,
  hiredAt: wireInstantOrNull,
  isActive: wireFlag,
});

const goal = z.object({
  id: wireId,
  name: wireText,
  weight: wireNumberOrNull,
  targetSkills: z.array(z.object({ skillId: wireId, requiredLevel: wireLevel })),
  kpi: orNull(z.object({ value: wireNumberOrNull, target: wireNumberOrNull, unit: wireText })),
});

const login = z.object({ at: wireInstant, durationSeconds: wireSeconds });

/** Directory: organizations and their people. Someone in two teams comes twice and is kept once. */
export const makeDirectoryClient = (wire: Wire): DirectoryPort => ({
  organization: async (organizationId) => {
    const found = await wire.get(path`/organizations/${organizationId}`, organization);
    return found?.id === organizationId ? found : null;
  },
  members: async (organizationId, cursor) => {
    const page = await wire.page(path`/organizations/${organizationId}/members`, member, cursor);
    const own = page.items
      .map((item) => ({ ...item, organizationId: item.organizationId ?? organizationId }))
      .filter((item) => item.organizationId === organizationId);
    return { ...page, items: uniqueBy(own, ({ userId }) => userId) };
  },
  user: async (userId) => {
    const found = await wire.get(path`/users/${userId}`, member);
    return found?.userId === userId ? found : null;
  },
  goals: async (organizationId) => {
    const goals = await wire.list(path`/organizations/${organizationId}/goals`, goal);
    return goals && uniqueBy(goals, ({ id }) => id);
  },
  logins: async (userId, window) => {
    const logins = await wire.list(path`/users/${userId}/logins`, login, windowQuery(window));
    return (
      logins &&
      uniqueBy(
        within(logins, window, ({ at }) => at),
        ({ at }) => String(at),
      )
    );
  },
});
