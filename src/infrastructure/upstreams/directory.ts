import { z } from 'zod';
import type { DirectoryPort } from '../../application/ports/upstreams.ts';
import { aboutOnly, bestBy, uniqueBy, windowQuery, within } from './tidy.ts';
import { path, type Wire } from './wire.ts';
import {
  canonicalId,
  orNull,
  row,
  wireAmount,
  wireCountOrNull,
  wireFlag,
  wireId,
  wireIdOrNull,
  wireInstant,
  wireInstantOrNull,
  wireLevel,
  wireNumberOrNull,
  wireRoles,
  wireText,
} from './wire-types.ts';

const organization = row({
  id: wireId,
  name: wireText,
  timeZone: wireText,
  size: wireCountOrNull,
  industry: wireText,
});

const member = row({
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
  weight: wireAmount,
  targetSkills: z.array(z.object({ skillId: wireId, requiredLevel: wireLevel })),
  kpi: orNull(z.object({ value: wireNumberOrNull, target: wireNumberOrNull, unit: wireText })),
});

const login = row({ at: wireInstant, durationSeconds: wireAmount });

type WireMember = z.output<typeof member>;

/** Of two rows about one person the one that knows the department comes first. */
const placedFirst = (a: WireMember, b: WireMember) =>
  Number(a.departmentId === null) - Number(b.departmentId === null);

/** Directory: organizations and their people. Someone in two teams comes twice and is kept once per page. */
export const makeDirectoryClient = (wire: Wire): DirectoryPort => ({
  organization: async (organizationId) => {
    const found = await wire.getOrNull(path`/organizations/${organizationId}`, organization);
    return aboutOnly(found, organizationId, ({ id }) => id);
  },
  members: async (organizationId, cursor) => {
    const at = path`/organizations/${organizationId}/members`;
    const { items, nextCursor } = await wire.page(at, member, cursor, {}, { organizationId });
    const people = bestBy(items, ({ userId }) => userId, placedFirst);
    const home = canonicalId(organizationId);
    return { items: people.map((item) => ({ ...item, organizationId: home })), nextCursor };
  },
  user: async (userId) =>
    aboutOnly(await wire.getOrNull(path`/users/${userId}`, member), userId, (found) => found.userId),
  goals: async (organizationId) => {
    const at = path`/organizations/${organizationId}/goals`;
    const goals = await wire.collection(at, goal, {}, { organizationId });
    return goals && uniqueBy(goals, ({ id }) => id);
  },
  logins: async (userId, window) => {
    const at = path`/users/${userId}/logins`;
    const logins = await wire.list(at, login, windowQuery(window), { userId });
    const inWindow = logins && within(logins, window, (item) => item.at);
    return inWindow && uniqueBy(inWindow, (item) => String(item.at));
  },
});
