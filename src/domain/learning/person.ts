import type { Role } from '../identity/roles.ts';

/** A person as the Auth service knows them; what a log-in answers. */
export interface User {
  id: string;
  email: string | null;
  fullName: string | null;
  roles: Role[];
  organizationId: string | null;
  locale: string | null;
  timeZone: string | null;
}

/** A person's place in an organization (Directory). One row per person, even when upstream sends two. */
export interface Member {
  userId: string;
  organizationId: string | null;
  fullName: string | null;
  /** Null = in no department: count as `unassigned`. */
  departmentId: string | null;
  departmentName: string | null;
  teamId: string | null;
  managerId: string | null;
  position: string | null;
  roles: Role[];
  hiredAt: number | null;
  isActive: boolean | null;
}

export interface Organization {
  id: string;
  name: string | null;
  /** IANA name; null = unknown, borders of days are then UTC's. */
  timeZone: string | null;
  size: number | null;
  industry: string | null;
}

export interface Goal {
  id: string;
  name: string | null;
  weight: number | null;
  targetSkills: { skillId: string; requiredLevel: number }[];
  kpi: { value: number | null; target: number | null; unit: string | null } | null;
}
