import { z } from 'zod';

/** What stands in place of an erased person's id. */
const alias = /^erased-[0-9a-f]{32}$/;

/** An id of the database, or null in place of somebody who was erased. */
export const orErased = z
  .string()
  .nullable()
  .transform((id) => (id !== null && alias.test(id) ? null : id));
