import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type DropOffModel, stages, targets, variants } from '../../domain/prediction/model.ts';
import { signalNames } from '../../domain/prediction/signals.ts';

const share = z.number().min(0).max(1);

/** What the training writes; figures of quality beyond these are for people. */
const schema = z.object({
  id: z.string(),
  version: z.int().positive(),
  horizonDays: z.int().positive(),
  population: z.string(),
  auc: share,
  brier: share,
  calibrationSlope: z.number(),
  laterFrom: z.number().positive(),
  levels: z.object({ medium: z.number(), high: z.number(), critical: z.number() }),
  fits: z.array(
    z.object({
      target: z.enum(targets),
      variant: z.enum(variants),
      stage: z.enum(stages),
      baseRate: share.positive(),
      intercept: z.number(),
      terms: z.array(z.object({ signal: z.enum(signalNames), coefficient: z.number(), mean: z.number() })),
    }),
  ),
});

/** The committed model, read once at start. @throws Error when the file is not what the training writes. */
export function readDropOffModel(): DropOffModel {
  return schema.parse(JSON.parse(readFileSync(new URL('drop-off-risk.json', import.meta.url), 'utf8')));
}
