import type { Role } from '../../src/domain/identity/roles.ts';
import type { OuladData, OuladEnrolment, Presentation } from './data.ts';
import { isEnrolledBy, missedBy, statusBy, submissionsBy, todayOf } from './known.ts';
import { makePeople, ouladPassword } from './people.ts';

/** Someone to log in as. */
export interface DemoPerson {
  userId: string;
  email: string;
  password: string;
  roles: Role[];
  organizationId: string;
  /** Why this one: what the rule that chose them says. */
  note: string;
}

/** What the rules look at: one learner at an instant, no hindsight. */
interface Standing {
  enrolment: OuladEnrolment;
  /** Days with clicks in the last 14 and in the 14 before. */
  recentDays: number;
  formerDays: number;
  scored: number;
  meanScore: number;
  late: number;
  missed: number;
}

const windowDays = 14;

function standingOf(enrolment: OuladEnrolment, now: number): Standing {
  const today = todayOf(enrolment.presentation, now);
  const given = submissionsBy(enrolment, today.day);
  const scores = given.flatMap(({ score }) => score ?? []);
  const clicksIn = (last: number) =>
    enrolment.clickDays.filter((day) => day > last - windowDays && day <= last).length;
  return {
    enrolment,
    recentDays: clicksIn(today.day),
    formerDays: clicksIn(today.day - windowDays),
    scored: scores.length,
    meanScore: scores.length === 0 ? 0 : scores.reduce((sum, score) => sum + score, 0) / scores.length,
    late: given.filter(({ day, assessment, banked }) => !banked && day > assessment.dueDay).length,
    missed: missedBy(enrolment, today).length,
  };
}

interface Rule {
  note: string;
  fits: (standing: Standing) => boolean;
  /** The highest wins; the first in user order among equals. */
  rank: (standing: Standing) => number;
}

const rules: readonly Rule[] = [
  {
    note: 'thriving: least late or missing, at least as active as before; most marked work, then best mean',
    fits: ({ scored, recentDays, formerDays }) => scored > 0 && recentDays >= formerDays && formerDays > 0,
    rank: ({ late, missed, scored, meanScore }) => scored * 101 + meanScore - 1000 * (late + missed),
  },
  {
    note: 'fading: has good marks so far but has missed or delayed work; largest fall in active days',
    fits: ({ late, missed, scored, meanScore, recentDays }) =>
      late + missed > 0 && scored > 0 && meanScore >= 60 && recentDays > 0,
    rank: ({ recentDays, formerDays }) => formerDays - recentDays,
  },
  {
    note: 'without a grade yet: active in the last 14 days, latest to register',
    fits: ({ scored, recentDays }) => scored === 0 && recentDays > 0,
    rank: ({ enrolment }) => enrolment.registeredDay ?? Number.NEGATIVE_INFINITY,
  },
];

function bestFor(rule: Rule, standings: readonly Standing[]): Standing | undefined {
  return standings
    .filter(rule.fits)
    .reduce<Standing | undefined>(
      (best, one) => (best === undefined || rule.rank(one) > rule.rank(best) ? one : best),
      undefined,
    );
}

/** Where the data hold no clicks or it is too early for the rules. */
const anyone: Rule = { note: 'a student', fits: () => true, rank: () => 0 };

/** Those enrolled and not withdrawn at an instant. */
function standingsIn(presentation: Presentation, now: number): Standing[] {
  const { day } = todayOf(presentation, now);
  return presentation.enrolments
    .filter((enrolment) => isEnrolledBy(enrolment, day))
    .filter((enrolment) => statusBy(enrolment, day) !== 'withdrawn')
    .map((enrolment) => standingOf(enrolment, now));
}

/** One learner per rule; the first of all when no rule finds anyone. */
function learnersOf(presentation: Presentation, now: number): [userId: string, note: string][] {
  const all = standingsIn(presentation, now);
  const choose = (rule: Rule): [string, string][] => {
    const best = bestFor(rule, all);
    return best === undefined ? [] : [[best.enrolment.userId, rule.note]];
  };
  const chosen = rules.flatMap(choose);
  return chosen.length > 0 ? chosen : choose(anyone);
}

const madeUp = '(made up: not in the data)';

const staffOf = ({ trainerId }: Presentation): [userId: string, note: string][] => [
  [trainerId, `teaches this module in all its presentations ${madeUp}`],
  ['oulad-admin', `org_admin of the university ${madeUp}`],
  ['oulad-platform-admin', `admin of the platform ${madeUp}`],
  ['outsider', `somebody of another organization ${madeUp}`],
];

/**
 * Whom to log in as: real students of one presentation, chosen by rule from what was known at `now`, and the
 * made-up staff. Same data and instant, same people.
 */
export function demoPeople(data: OuladData, courseId: string, now: number): DemoPerson[] {
  const presentation = data.presentations.get(courseId);
  if (presentation === undefined) throw new Error(`the data do not hold ${courseId}`);
  const people = makePeople(data, () => now);
  return [...learnersOf(presentation, now), ...staffOf(presentation)].flatMap(([userId, note]) => {
    const person = people.find(userId);
    if (person === undefined) return [];
    const { email, roles, organizationId } = person;
    return [{ userId, email, password: ouladPassword, roles, organizationId, note }];
  });
}
