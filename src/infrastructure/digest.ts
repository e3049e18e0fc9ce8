import { createHash } from 'node:crypto';
import type { Digest } from '../application/ports/digest.ts';

export const digest: Digest = (bytes) => createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
