import type { DropOffModel } from '../../domain/prediction/model.ts';

/** Trained models, as they were committed. */
export interface Models {
  dropOffRisk(): Promise<DropOffModel>;
}
