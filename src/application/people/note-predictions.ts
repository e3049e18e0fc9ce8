import type { Audit } from '../ports/audit.ts';
import type { Clock } from '../ports/clock.ts';
import type { Forgotten } from '../ports/people.ts';
import type { NotePrediction } from '../ports/predictions.ts';

export interface NotePredictionsDeps {
  audit: Pick<Audit, 'add'>;
  forgotten: Pick<Forgotten, 'among'>;
  clock: Clock;
}

/**
 * Predictions go into the audit log of the organization: about whom, by which model, from inputs of which digest. The
 * system makes them, for whoever may see them. Whoever was erased is not named again.
 */
export const makeNotePredictions =
  ({ audit, forgotten, clock }: NotePredictionsDeps): NotePrediction =>
  async ({ subject, metric, model, requestId }) => {
    const gone = await forgotten.among([subject.id]);
    await audit.add(
      {
        actorId: null,
        action: 'prediction.made',
        subjectKind: 'person',
        subjectId: gone.has(subject.id) ? null : subject.id,
        organizationId: subject.organizationId,
        outcome: 'done',
        requestId,
        detail: {
          metric: metric.id,
          metricVersion: metric.version,
          model: model.id,
          modelVersion: model.version,
          inputDigest: model.inputDigest,
        },
      },
      clock.now(),
    );
  };
