import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  learningCulture,
  type SampledPerson,
  samplePeople,
  sampleSize,
} from '../../../src/domain/analytics/learning-culture.ts';
import type { Enrolment } from '../../../src/domain/learning/enrolment.ts';
import { peopleOf, questionsOf, setting, shuffled, team } from '../organization/organization-seeds.ts';
import { ago, allFinite, anyEnrolment, anyView, completion, enrolment, now, view } from './seeds.ts';

const chosen = (changes: Partial<Enrolment> = {}) => enrolment({ assignment: 'self', ...changes });
const person = (enrolments: Enrolment[] | null, views: SampledPerson['views'] = []): SampledPerson => ({
  enrolments,
  views,
});
const people = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
/** A visit on each of so many days in a row, up to yesterday. */
const streakOf = (days: number) => people(days, (day) => view({ at: ago(day + 1) }));
const organization = peopleOf(team('a', 30));
const asking = (count: number, asked: number, resolved: number) =>
  questionsOf(
    organization,
    people(count, (index) => ({ userId: `a-${index}`, questions: asked, resolved })),
  );
const fieldsOf = ({ missing }: { missing: { field: string; reason: string }[] }) =>
  Object.fromEntries(missing.map(({ field, reason }) => [field, reason]));

describe('the learning culture', () => {
  it('of the seed: 10 of 20 by choice, 5 of these 10 completed, 3 of 5 questions resolved, 4 of 20 with a streak', () => {
    const sample = people(20, (index) =>
      person(
        [
          index < 10
            ? chosen({ status: index < 5 ? 'completed' : 'in_progress' })
            : enrolment({ assignment: 'assigned' }),
        ],
        streakOf(index < 4 ? 7 : 6),
      ),
    );
    const { data, missing } = learningCulture(sample, asking(10, 5, 3), setting);
    expect(data.parts).toEqual({
      voluntaryParticipation: 50,
      voluntaryCompletion: 50,
      knowledgeSharing: 60,
      mentoring: null,
      continuity: 20,
    });
    // (.35 × 50 + .2 × 50 + .2 × 60 + .1 × 20) / .85 = 41.5 / .85
    expect(data.overallScore).toBe(48.8);
    expect(data.indicators.map(({ code, score }) => [code, score])).toEqual([
      ['voluntary_participation', 50],
      ['voluntary_completion', 50],
      ['knowledge_sharing', 60],
      ['mentoring', null],
      ['continuity', 20],
    ]);
    expect(missing).toEqual([
      { field: 'parts.mentoring', reason: 'insufficient_data' },
      { field: 'indicators[].trend', reason: 'insufficient_data' },
    ]);
  });

  it('takes a choice of the last year only, and does not know one that nobody dates', () => {
    const participation = (changes: Partial<Enrolment>) =>
      learningCulture(
        people(10, () => person([chosen(changes)])),
        null,
        setting,
      ).data.parts.voluntaryParticipation;
    expect(participation({ enrolledAt: ago(365) })).toBe(100);
    expect(participation({ enrolledAt: ago(366) })).toBe(0);
    expect(participation({ enrolledAt: now + 1000 })).toBe(0);
    expect(participation({ enrolledAt: null })).toBeNull();
    expect(participation({ assignment: null })).toBeNull();
  });

  it('sees no participation in those who take no course at all', () => {
    expect(
      learningCulture(
        people(10, () => person([])),
        null,
        setting,
      ).data.parts,
    ).toMatchObject({
      voluntaryParticipation: 0,
      voluntaryCompletion: null,
    });
  });

  it('has a streak of seven days within the last ninety, in the organization’s days', () => {
    const continuity = (views: SampledPerson['views'], zone = 'UTC') =>
      learningCulture(
        people(10, () => person([], views)),
        null,
        { ...setting, zone },
      ).data.parts.continuity;
    expect([continuity(streakOf(6)), continuity(streakOf(7))]).toEqual([0, 100]);
    expect(continuity(streakOf(7).map((one) => ({ ...one, at: one.at - 90 * 86_400_000 })))).toBe(0);
    // Six evenings that are the next days in Jerusalem, 27 February to 4 March, and the morning of 5 March: in
    // UTC nothing was done on the 4th.
    const late = people(6, (day) => view({ at: Date.parse('2026-03-03T22:30:00Z') - day * 86_400_000 }));
    const morning = view({ at: Date.parse('2026-03-05T00:30:00Z') });
    expect(continuity([...late, morning], 'UTC')).toBe(0);
    expect(continuity([...late, morning], 'Asia/Jerusalem')).toBe(100);
  });

  it('has the months in which people finished something by choice, and a trend of those that are over', () => {
    // Of twenty people 4, 8, 12 and 16 finished a topic in November, December, January and February.
    const months = ['2025-11-10', '2025-12-10', '2026-01-10', '2026-02-10'];
    const sample = people(20, (index) =>
      person([
        chosen({
          completions: months.flatMap((day, month) =>
            index < 4 * (month + 1)
              ? [{ ...completion(`t-${month}`, 0), completedAt: Date.parse(`${day}T12:00:00Z`) }]
              : [],
          ),
        }),
      ]),
    );
    const { history, indicators } = learningCulture(sample, null, setting).data;
    expect(history.map(({ month, score }) => [month, score]).slice(-6)).toEqual([
      ['2025-10', 0],
      ['2025-11', 20],
      ['2025-12', 40],
      ['2026-01', 60],
      ['2026-02', 80],
      ['2026-03', 0],
    ]);
    expect(history).toHaveLength(12);
    expect(indicators.map(({ trend }) => trend)).toEqual(['rising', null, null, null, null]);
  });
});

describe('what learning culture does not tell', () => {
  it('what is not known, as 0: nobody asked, no sample, no questions', () => {
    for (const sample of [null, [], people(20, () => person(null, null))]) {
      const { data, missing } = learningCulture(sample, null, setting);
      expect(data.overallScore).toBeNull();
      expect(Object.values(data.parts).every((part) => part === null)).toBe(true);
      expect(data.history.every(({ score }) => score === null)).toBe(true);
      expect(fieldsOf({ missing })).toEqual({
        'parts.voluntaryParticipation': 'insufficient_data',
        'parts.voluntaryCompletion': 'insufficient_data',
        'parts.knowledgeSharing': 'insufficient_data',
        'parts.mentoring': 'insufficient_data',
        'parts.continuity': 'insufficient_data',
        overallScore: 'insufficient_data',
        'history[].score': 'insufficient_data',
        'indicators[].trend': 'insufficient_data',
      });
    }
  });

  it('a score of one part only', () => {
    const { data } = learningCulture(null, asking(10, 2, 1), setting);
    expect([data.parts.knowledgeSharing, data.overallScore]).toEqual([50, null]);
  });

  it('anything of fewer people than the minimum, which an organization can raise', () => {
    const parts = (count: number, minimumCohort: number) => {
      const found = learningCulture(
        people(count, () => person([chosen()])),
        asking(count, 1, 1),
        { ...setting, minimumCohort },
      );
      return [
        found.data.parts.voluntaryParticipation,
        found.data.parts.knowledgeSharing,
        fieldsOf(found)['parts.knowledgeSharing'],
      ];
    };
    expect(parts(9, 10)).toEqual([null, null, 'suppressed']);
    expect(parts(10, 10)).toEqual([100, 100, undefined]);
    expect(parts(10, 11)).toEqual([null, null, 'suppressed']);
  });

  it('more than everything, when a service resolved more questions than were asked', () => {
    expect(learningCulture(null, asking(10, 1, 5), setting).data.parts.knowledgeSharing).toBe(100);
  });
});

describe('the culture of any sample', () => {
  const anyPerson: fc.Arbitrary<SampledPerson> = fc.record({
    enrolments: fc.option(
      fc.array(
        fc
          .tuple(anyEnrolment, fc.constantFrom('self', 'assigned', null))
          .map(([one, assignment]) => ({ ...one, assignment })),
        { maxLength: 3 },
      ),
    ),
    views: fc.option(fc.array(anyView, { maxLength: 12 })),
  });

  it('is within 0 and 100, with a reason for every null, and the same in any order', () => {
    fc.assert(
      fc.property(fc.array(anyPerson, { maxLength: 25 }), fc.boolean(), fc.nat(), (sample, asks, seed) => {
        const questions = asks ? asking(20, 3, 1) : null;
        const { data, missing } = learningCulture(sample, questions, setting);
        expect(allFinite(data)).toBe(true);
        const fields = missing.map(({ field }) => field);
        const scores = [
          data.overallScore,
          ...Object.values(data.parts),
          ...data.history.map(({ score }) => score),
        ];
        for (const score of scores) {
          expect(score ?? 0).toBeGreaterThanOrEqual(0);
          expect(score ?? 0).toBeLessThanOrEqual(100);
        }
        for (const [part, value] of Object.entries(data.parts))
          expect(value === null).toBe(fields.includes(`parts.${part}`));
        expect(data.overallScore === null).toBe(fields.includes('overallScore'));
        expect(learningCulture(shuffled(sample, seed), questions, setting)).toEqual({ data, missing });
      }),
    );
  });
});

describe('the sample', () => {
  it('is everybody of a small organization, and sixty of a larger one, each once', () => {
    expect(samplePeople(organization, 'x')).toEqual([...organization.places.keys()].sort());
    const large = peopleOf(team('a', 500));
    const sample = samplePeople(large, 'x');
    expect([sample.length, new Set(sample).size]).toEqual([sampleSize, sampleSize]);
    expect(sample.every((userId) => large.places.has(userId))).toBe(true);
  });

  it('is the same for a seed in any order of people, and another for another day', () => {
    const members = team('a', 500);
    const sample = samplePeople(peopleOf(members), 'o-1 2026-03-10');
    expect(samplePeople(peopleOf(shuffled(members, 7)), 'o-1 2026-03-10')).toEqual(sample);
    expect(samplePeople(peopleOf(members), 'o-1 2026-03-11')).not.toEqual(sample);
  });
});
