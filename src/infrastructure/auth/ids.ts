import { randomBytes, randomUUID } from 'node:crypto';
import type { Ids } from '../../application/ports/ids.ts';

export const ids: Ids = {
  uuid: () => randomUUID(),
  secret: () => randomBytes(32).toString('base64url'),
};
