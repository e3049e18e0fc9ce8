/** What a key of a service may be given; whatever no scope names, no key may do. */
export const scopes = ['analytics:read', 'audit:read', 'points:write'] as const;
export type Scope = (typeof scopes)[number];
