/**
 * What the trainer of BBB sees on day 90 of BBB 2013B (2 May 2013), from the CSV files to the answers over HTTP.
 * The arithmetic is done here again, from the raw rows, without the product's code.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Demo } from './demo-process.ts';
import { type Answers, askAsTrainer, missingOf, startOulad } from './oulad-answers.ts';
import { fewest, inSteps, meanOf, quantileOf, toldCounts, trendOf } from './oulad-arithmetic.ts';
import { type Course, courseOf, everybody, stayOf } from './oulad-course.ts';
import * as figures from './oulad-figures.ts';
import { hasOuladFor } from './oulad-tables.ts';

const present = hasOuladFor('a course by hand');

const percent = (part: number, whole: number) => (100 * part) / whole;
const rounded = (values: readonly number[]) => values.map((value) => value.toFixed(2));

describe.runIf(present)('the courses of a trainer on day 90 of BBB 2013B, by hand', () => {
  let demo: Demo;
  /** The course, and the one of October for which people register already. */
  let course: Course;
  let next: Course;
  let learners: figures.Learner[];
  /** What is told of BBB 2013B alone, and of both courses. */
  let one: Answers;
  let both: Answers;

  beforeAll(async () => {
    [course, next] = [courseOf('BBB-2013B'), courseOf('BBB-2013J')];
    learners = figures.learnersOf(course.places);
    demo = await startOulad();
    ({ one, both } = await askAsTrainer(demo));
  });
  afterAll(() => demo?.stop());

  describe('course performance', () => {
    it('counts who registered, is active and has left, and that nobody can have completed it yet', () => {
      const { data } = one['course-performance'];
      // 1767 people have registered (of one it is not known when), 356 unregistered by day 90, so 1411 go on;
      // 1127 of these clicked on days 77 to 90, which leaves 284. The course ends on day 240.
      expect(course.lastDay).toBe(240);
      const states = { enrollments: 1767, active: 1127, completions: 0, withdrawals: 356 };
      expect(figures.statesOf(course.places)).toEqual(states);
      expect(data.courses).toHaveLength(1);
      expect(data.courses[0]).toMatchObject({ courseId: 'BBB-2013B', title: 'BBB 2013B', ...states });
      expect(data.courses[0].completionPercent).toBe(0);
      expect(data).toMatchObject({ totalCourses: 1, totalLearners: 1767, completionPercent: 0 });
    });

    it('weighs the marks of each person as the course does, then takes their mean and median', () => {
      const grades = figures.gradesOf(learners);
      // Of 496220, one of them: (59·5 + 64·18 + 100·1 + 68·18) / 42 = 2771 / 42 = 65.98.
      expect(learners.find(({ student }) => student === '496220')?.grade).toBe(2771 / 42);
      // 1364 people have a mark; 1364 × 0.1 ≥ 100, so a tenth is the step.
      expect(grades).toHaveLength(1364);
      expect(rounded([meanOf(grades), quantileOf(grades, 0.5)])).toEqual(['70.77', '72.48']);
      expect(one['course-performance'].data.courses[0]).toMatchObject({
        averageScore: inSteps(meanOf(grades), grades.length),
        medianScore: inSteps(quantileOf(grades, 0.5), grades.length),
      });
    });

    it('knows no ratings, and no trend of fewer than ten who registered in the last twelve whole weeks', () => {
      const { data } = one['course-performance'];
      expect(figures.sumOf(figures.weeklyRegistrations(course.places))).toBeLessThan(fewest);
      expect(data.averageRating).toBeNull();
      expect(data.courses[0]).toMatchObject({ averageRating: null, ratings: null, enrollmentTrend: null });
      expect(missingOf(one['course-performance'])).toEqual([
        'averageRating: insufficient_data',
        'courses[].averageRating: insufficient_data',
        'courses[].enrollmentTrend: insufficient_data',
        'courses[].ratings: insufficient_data',
      ]);
    });

    it('adds the course of October, of which three have left and that is not told', () => {
      const { data } = both['course-performance'];
      const people = new Set([...course.places, ...next.places].map(({ student }) => student));
      // 1767 + 144 places are those of 1903 people: the sum of the courses less it would count the 8 who take both.
      expect([course.places.length + next.places.length, people.size]).toEqual([1911, 1903]);
      expect(data).toMatchObject({ totalCourses: 2, totalLearners: null, completionPercent: 0 });
      expect(data.courses[0]).toEqual(one['course-performance'].data.courses[0]);
      expect(next.places.filter(({ left }) => left !== null)).toHaveLength(3);
      expect(trendOf(figures.weeklyRegistrations(next.places))).toBe('up');
      expect(data.courses[1]).toEqual({
        courseId: 'BBB-2013J',
        title: 'BBB 2013J',
        ...figures.statesOf(next.places),
        completionPercent: 0,
        averageScore: null,
        medianScore: null,
        averageRating: null,
        ratings: null,
        enrollmentTrend: 'rising',
      });
      expect(data.courses[1]).toMatchObject({ enrollments: 144, active: null, withdrawals: null });
      expect(missingOf(both['course-performance'])).toEqual(
        expect.arrayContaining(['courses[].active: insufficient_data', 'courses[].withdrawals: suppressed']),
      );
    });
  });

  describe('course health', () => {
    const told = () => one['course-health'].data.courses[0];

    it('draws the survival curve that comes of counting at each week who is at risk and who leaves', () => {
      const weeks = figures.curveOf(course.places);
      // Of 1767 one has no day of registering. Week 0: 4 of 1766 leave, 1 − 4/1766 = 99.77 %; week 1: 14 of
      // 1762, × (1 − 14/1762) = 98.98 %; week 2: 19 of 1748, × (1 − 19/1748) = 97.90 %.
      expect(weeks.slice(0, 3)).toMatchObject([
        { atRisk: 1766, leaving: 4 },
        { atRisk: 1762, leaving: 14 },
        { atRisk: 1748, leaving: 19 },
      ]);
      // In week 43 ten are still at risk, in week 44 nine: there the curve ends.
      expect(weeks.at(-1)).toMatchObject({ week: 43, atRisk: 10 });
      expect(told().survival).toEqual(figures.toldCurveOf(course.places));
      const at = (week: number) => told().survival[week].remainingPercent;
      // Ten at risk in week 43: 10 × 10 ≥ 100, so 67.95 % is told as 70.
      expect([at(4), at(8), at(12), at(43)]).toEqual([96.4, 92.1, 87.7, 70]);
      // Of October fewer than ten have left: how many is not told, and neither is the curve that would say it.
      const left = next.places.filter(({ left: day }) => day !== null).length;
      expect(left).toBeLessThan(10);
      expect(both['course-health'].data.courses[1].survival).toBeNull();
    });

    it('holds who is still there against all courses of the university, and shows at most 100', () => {
      const stays = everybody().flatMap(stayOf);
      const { own, usual, told: retention } = figures.stayingOf(course.places, stays);
      // 67.95 % here, 66.81 % of all 5416 stays of 2013 so far: 101.7, so 100.
      expect([stays.length, ...rounded([own, usual])]).toEqual([5416, '67.95', '66.81']);
      expect(told().parts.retention).toBe(retention);
      expect(both['course-health'].data.courses[1].parts.retention).toBeNull();
    });

    it('divides the work handed in by the work that the elapsed share of the time asks for', () => {
      const { people, done, asked } = figures.planOf(course.places);
      // 12 assessments; registered on day −150, somebody has used 240 of 390 days and 7.4 are asked for. All
      // 1410: 4462 of 8231, 54.2 %.
      expect([people, done, Math.round(asked)]).toEqual([1410, 4462, 8231]);
      expect(told().parts.completion).toBe(inSteps(percent(done, asked), people));
    });

    it('takes those as engaged who clicked in the last 14 days, of those going on of whom it is known', () => {
      const { people, active } = figures.engagedOf(course.places);
      // Of 1411 two have handed in and never clicked. 1127 / 1409 = 79.99 %
      expect([active, people]).toEqual([1127, 1409]);
      expect(told().parts.engagement).toBe(inSteps(percent(active, people), people));
    });

    it('takes a mark from 40 as passed, and knows nothing of satisfaction', () => {
      const scores = course.places.flatMap(({ handIns }) => handIns.flatMap(({ score }) => score ?? []));
      const passed = scores.filter((score) => score >= 40).length;
      // 4533 / 4605 = 98.44 %, of 1364 people.
      expect([passed, scores.length]).toEqual([4533, 4605]);
      expect(told().parts.outcomes).toBe(inSteps(percent(passed, scores.length), 1364));
      expect(told().parts.satisfaction).toBeNull();
    });

    it('weighs the four known parts .30, .20, .20 and .20 of .90, calls 75 and more healthy, and two none', () => {
      const { completion, engagement, outcomes, retention } = told().parts;
      // (0.3 × 54.2 + 0.2 × 80 + 0.2 × 98.4 + 0.2 × 100) / 0.9 = 71.94 / 0.9 = 79.93
      const score = (0.3 * completion + 0.2 * (engagement + outcomes + retention)) / 0.9;
      expect(score).toBeCloseTo(79.93, 2);
      expect(told()).toMatchObject({ healthScore: Math.round(10 * score) / 10, status: 'healthy' });
      const { courses, ...counts } = both['course-health'].data;
      expect(counts).toEqual({ healthy: 1, watch: 0, atRisk: 0 });
      expect(courses[0]).toEqual(told());
      // Nobody clicks or hands in before the course: of October only work and staying are known.
      expect(courses[1]).toMatchObject({ healthScore: null, status: null, alerts: [] });
      expect(courses[1].parts).toMatchObject({ completion: 0, engagement: null, outcomes: null });
    });

    it('raises the alert that the data ask for, and no other', () => {
      expect(figures.spikesOf(course.places)).toEqual([]);
      expect(figures.hazardRises(course.places)).toBe(false);
      expect(figures.workTrendOf(course.places)).not.toBe('down');
      const { stopped, finished, most } = figures.stoppedOf(course.places);
      // 538 left or have not clicked since day 62; 344 of them before any hand-in: 63.9 %.
      expect([stopped, finished, most]).toEqual([538, 0, 344]);
      const value = inSteps(percent(most, stopped), stopped);
      expect(told().alerts).toEqual([{ code: 'topic_where_most_stop', topicId: null, value }]);
      expect(missingOf(one['course-health'])).toEqual([
        'courses[].alerts[].topicId: insufficient_data',
        'courses[].parts.satisfaction: insufficient_data',
      ]);
    });
  });

  describe('student distribution', () => {
    const told = () => one['student-distribution'].data;
    const noLevels = { beginner: 0, intermediate: 0, advanced: 0, expert: 0 };

    it('puts every place into one state of progress, and all into the level that is not known', () => {
      const counts = { notStarted: 50, inProgress: 1361, completed: 0, withdrawn: 356 };
      expect(figures.progressOf(course.places)).toEqual(counts);
      expect(told().totalLearners).toBe(50 + 1361 + 356);
      expect(told().byLevel).toEqual({ ...noLevels, unknown: 1767 });
      expect(told().byProgress).toEqual(toldCounts(counts));
    });

    it('calls those struggling who have under 60 or are behind and away, and leaves the ungraded apart', () => {
      const counts = { struggling: 390, onTrack: 840, excelling: 134, noGradeYet: 403 };
      expect(figures.performanceOf(learners)).toEqual(counts);
      expect(told().byPerformance).toEqual(toldCounts(counts));
    });

    it('sorts the grades into tens and hides those with few', () => {
      const counts = figures.tensOf(figures.gradesOf(learners));
      expect(Object.values(counts)).toEqual([1, 5, 5, 21, 63, 143, 322, 464, 292, 48]);
      // 1, 5 and 5 are too few. They are 11 together, so one of them might be 9: nothing else needs to hide.
      expect(told().scoreHistogram).toEqual([null, null, null, 21, 63, 143, 322, 464, 292, 48]);
      expect(told().scoreHistogram).toEqual(Object.values(toldCounts(counts)));
    });

    it('tells the quartiles of the grades by type 7', () => {
      // 1364 grades: the lower quartile is at rank 1 + 1363 × 0.25 = 341.75, between the 341st and the 342nd.
      const quartiles = figures.quartilesOf(figures.gradesOf(learners));
      expect(quartiles).toEqual({ p25: 63.8, p50: 72.5, p75: 79.9, p90: 85.1 });
      expect(told().quartiles).toEqual(quartiles);
    });

    it('counts every assessment handed in once, as the data hold only the last state of it', () => {
      const handIns = course.places.flatMap((place) => place.handIns).length;
      expect(handIns).toBe(4611);
      expect(told().attempts).toEqual({ one: handIns, two: 0, three: 0, fourPlus: 0 });
    });

    it('lists 20 of those with two reasons or more: most reasons first, then longest away', () => {
      const atRisk = figures.atRiskOf(learners);
      expect(atRisk).toHaveLength(701);
      expect(told().atRisk).toEqual(atRisk.slice(0, 20));
      expect(missingOf(one['student-distribution'])).toEqual([
        'atRisk[].fullName: insufficient_data',
        'atRisk[].riskProbability: not_configured',
        'scoreHistogram[]: suppressed',
      ]);
    });

    it('tells of both courses together nothing but what the data say', () => {
      const { data } = both['student-distribution'];
      const places = [...course.places, ...next.places];
      const people = figures.learnersOf(places);
      const grades = figures.gradesOf(people);
      expect([places.length, people.length]).toEqual([1911, 1903]);
      expect(data.totalLearners).toBeNull();
      expect(data.byLevel).toEqual({ ...noLevels, unknown: places.length });
      // What would leave the few of one course, less what the other tells, is not told; the rest is what the data say.
      for (const [state, count] of Object.entries(toldCounts(figures.performanceOf(people))))
        expect([count, null]).toContain(data.byPerformance[state]);
      expect(data.byPerformance).toMatchObject({ struggling: 391, onTrack: 839 });
      expect(data.scoreHistogram).toEqual(Object.values(toldCounts(figures.tensOf(grades))));
      expect(data.quartiles).toEqual(figures.quartilesOf(grades));
      expect(data.atRisk).toEqual(figures.atRiskOf(people).slice(0, 20));
      // 359 have left both courses and 356 the first: told, it would give away the 3 who have left the second.
      expect(figures.progressOf(places)).toMatchObject({ withdrawn: 359 });
      expect(data.byProgress).toMatchObject({ withdrawn: null });
      for (const [state, count] of Object.entries(figures.progressOf(places)))
        expect([count, null]).toContain(data.byProgress[state]);
    });
  });
});
