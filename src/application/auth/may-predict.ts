import { AppError, RefusedError } from '../../domain/errors.ts';
import type { Subject } from '../../domain/identity/policy.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';
import type { Analytic } from '../analytics/define.ts';
import { allOn, type IsOn } from '../ports/flags.ts';
import type { Preferences } from '../ports/gamification.ts';

/** Whether an analytic foretells something about a person, who may then have a say in it. */
export const isPredictive = ({ rate }: Pick<Analytic, 'rate'>): boolean => rate === 'predictive';

/**
 * Where predictions are switched off there are none, for nobody. Whoever has switched predictions off is foretold to nobody else; what can be known of oneself one may always see.
 * Asked anew each time, so that a choice is felt at once.
 * @throws AppError FEATURE_OFF, PREDICTION_OPTED_OUT; RpcError when it cannot be known what was chosen.
 */
export type MayPredict = (viewer: Viewer, subject: Subject) => Promise<void>;

export const makeMayPredict =
  (preferences: Pick<Preferences, 'of'>, isOn: IsOn = allOn): MayPredict =>
  async (viewer, subject) => {
    const { id, organizationId } = subject;
    if (!(await isOn('predictions', { userId: id, organizationId })))
      throw new AppError('FEATURE_OFF', 'Predictions are switched off here.');
    if (viewer.id === id || (await preferences.of(id)).predictiveAnalytics) return;
    throw new RefusedError(
      'PREDICTION_OPTED_OUT',
      'This person has chosen that nobody else is shown predictions.',
      subject,
    );
  };
