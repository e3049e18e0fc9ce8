import type { Subject } from '../../domain/identity/policy.ts';

/** That a prediction was made about somebody: by which model, and from what, as a digest only. */
export interface MadePrediction {
  subject: Subject;
  metric: { id: string; version: number };
  model: { id: string; version: number; inputDigest: string };
  requestId: string;
}

/** How high a model's score is; `none` where its scores have no levels. */
export const scoreLevels = ['low', 'medium', 'high', 'critical', 'none'] as const;
export type ScoreLevel = (typeof scoreLevels)[number];

/** Told of each score that a model gives, for operators: by which model, and how high, never whose. */
export type OnScore = (model: string, level: ScoreLevel) => void;

/** Puts a prediction on record. @throws RpcError when it cannot be kept. */
export type NotePrediction = (made: MadePrediction) => Promise<void>;
