import type { Subject } from '../../domain/identity/policy.ts';

/** That a prediction was made about somebody: by which model, and from what, as a digest only. */
export interface MadePrediction {
  subject: Subject;
  metric: { id: string; version: number };
  model: { id: string; version: number; inputDigest: string };
  requestId: string;
}

/** Puts a prediction on record. @throws RpcError when it cannot be kept. */
export type NotePrediction = (made: MadePrediction) => Promise<void>;
