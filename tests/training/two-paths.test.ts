/** What the model was trained on is what a request tells it. No row of the data stands in this file. */
import { beforeAll, describe, expect, it } from 'vitest';
import { readOuladData } from '../../mocks/oulad/read-data.ts';
import { hasOuladData, loadOuladServices, ouladDirectory, ouladInstant } from '../../mocks/oulad.ts';
import { dropOffRisk } from '../../src/domain/prediction/drop-off-risk.ts';
import { readDropOffModel } from '../../src/infrastructure/models/drop-off-risk.ts';
import { readActivity } from '../../training/activity.ts';
import { courseDayRows, everyDay } from '../../training/course-days.ts';
import { judge } from '../../training/evaluation.ts';
import { fitOutcome } from '../../training/fitting.ts';
import { ouladServices } from '../../training/oulad-services.ts';
import { portsOver } from '../mocks/oulad-asking.ts';

const dir = ouladDirectory();
const present = hasOuladData(dir);
const required = process.env.CI === 'true';

if (required)
  describe('the data of OULAD', () => {
    it('are there, so that no test is passed by being left out', () => {
      expect(present).toBe(true);
    });
  });
if (!present && !required)
  process.stderr.write(`training tests are left out: no OULAD data in ${dir} (set OULAD_DIR)\n`);

/** All that is read of the data, once for all tests: it takes seconds, and many on a busy machine. */
function readAll() {
  let now = 0;
  const ports = portsOver(loadOuladServices({ dir, now: () => now }));
  return {
    presentations: readOuladData(dir).presentations,
    services: ouladServices(dir),
    activity: readActivity(dir),
    /** The services as a request meets them at an instant. */
    portsAt: (instant: number) => {
      now = instant;
      return ports;
    },
  };
}

let all: ReturnType<typeof readAll>;
beforeAll(() => {
  if (present) all = readAll();
});

describe.runIf(present)('the two ways to the model', () => {
  const sample = [
    ['AAA-2013J', 7],
    ['BBB-2013B', 28],
    ['BBB-2013J', 140],
    ['DDD-2013B', 56],
    ['EEE-2013J', 42],
    ['FFF-2013J', 98],
    ['GGG-2013J', 200],
  ] as const;

  it.each(sample)(
    'say the same of every seventh learner of %s on day %i, row by row',
    async (courseId, day) => {
      const presentation = all.presentations.get(courseId);
      if (presentation === undefined) throw new Error(`no ${courseId}`);
      const model = readDropOffModel();
      const rows = courseDayRows(presentation, day, all.services, all.activity);
      const question = { panelOnly: false, withoutActivity: true };
      const [leaving, notPassing] = (['withdraws', 'fails_or_withdraws'] as const).map((target) =>
        judge(
          [rows],
          target,
          model.fits.filter((fit) => fit.target === target),
          question,
        ),
      );
      const now = Date.parse(ouladInstant(courseId, day));
      const ports = all.portsAt(now);
      const [roll, attempts] = [
        await ports.courses.enrollments(courseId),
        await ports.assessment.courseAttempts(courseId),
      ];
      expect(rows.userIds.length).toBeGreaterThan(300);
      const asked = { courseId, title: null, roll, attempts, usage: null, publishedAt: null };
      const rule = { engagementScore: null, paceTrendPercent: null, lastActiveAt: null };
      let compared = 0;
      // Every seventh: a request works out the whole run for each.
      for (let place = 0; place < rows.userIds.length; place += 7) {
        const learner = { userId: rows.userIds[place] ?? '', organizationId: 'oulad', views: null, rule };
        const risk = dropOffRisk(learner, asked, model, { now, zone: 'Europe/London', minimumCohort: 10 });
        if (risk.status === 'not_enough_data') continue;
        const sum = risk.factors.reduce((total, { contribution }) => total + contribution, 0);
        expect(sum + (risk.baselineLogOdds ?? Number.NaN)).toBeCloseTo(leaving?.[place]?.logOdds ?? 0, 12);
        const foretold = 1 / (1 + Math.exp(-(notPassing?.[place]?.logOdds ?? 0)));
        expect(risk.notPassingProbability).toBeCloseTo(foretold, 12);
        compared += 1;
      }
      expect(compared).toBeGreaterThan(rows.userIds.length / 8);
    },
  );
});

describe.runIf(present)('the committed model', () => {
  it('is what the training makes of the data: the fits by recency, from the three courses with clicks', () => {
    const { presentations, services, activity } = all;
    const days = [...presentations.values()]
      .filter(({ clicksKnownTo }) => clicksKnownTo > 0)
      .flatMap((presentation) => everyDay(presentation, services, activity));
    const { fits } = readDropOffModel();
    for (const target of ['withdraws', 'fails_or_withdraws'] as const) {
      const committed = fits.find(
        (fit) => fit.target === target && fit.variant === 'recency' && fit.stage !== 'later',
      );
      const stage = committed?.stage ?? 'any';
      expect({ target, ...fitOutcome(days, target, 'recency', stage) }).toEqual(committed);
    }
  });
});
