import { hash } from 'node:crypto';
import type { Digest } from '../application/ports/digest.ts';

export const digest: Digest = (bytes) => hash('sha256', bytes, 'base64url').slice(0, 22);
