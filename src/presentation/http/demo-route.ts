import { z } from 'zod';
import { roles } from '../../domain/identity/roles.ts';
import { noQuery, type PublicRoute } from './route.ts';

const person = z.object({
  email: z.string(),
  password: z.string().meta({ description: 'no secret: it opens nothing but sample data' }),
  roles: z.array(z.enum(roles)),
});

/** Whom one may log in as without an account: what a log-in page asks before it offers anybody. */
export const demoRoute = (people: readonly z.output<typeof person>[]): PublicRoute => ({
  id: 'demo',
  method: 'get',
  path: '/demo',
  tag: 'operations',
  summary: 'Whether this is a demonstration, and whom to log in as',
  description: 'An empty list where people are real, and always in production.',
  access: 'public',
  query: noQuery,
  data: z.object({ people: z.array(person) }),
  rate: 'standard',
  errors: [],
  handle: async () => ({ data: { people } }),
});
