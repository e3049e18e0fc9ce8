/** The four roles. Synonyms are normalised here and nowhere else, where a token or a reply is read. */
export const roles = ['learner', 'trainer', 'org_admin', 'admin'] as const;
export type Role = (typeof roles)[number];

const synonyms: Record<string, Role> = {
  learner: 'learner',
  student: 'learner',
  trainer: 'trainer',
  instructor: 'trainer',
  teacher: 'trainer',
  org_admin: 'org_admin',
  organization_admin: 'org_admin',
  admin: 'admin',
  system_admin: 'admin',
};

/** The role a text stands for (`Org-Admin` → `org_admin`), or null when it is none of ours. */
export function normaliseRole(text: string): Role | null {
  return (
    synonyms[
      text
        .trim()
        .toLowerCase()
        .replaceAll(/[\s-]+/g, '_')
    ] ?? null
  );
}

/** Known roles of a list, each once, in the order of `roles`; unknown ones are dropped, they open nothing. */
export function normaliseRoles(texts: readonly string[]): Role[] {
  const known = new Set(texts.map(normaliseRole));
  return roles.filter((role) => known.has(role));
}
