import { describe, expect, it } from 'vitest';
import { tryForgeries } from '../../scripts/crash/forgeries.ts';
import { makePlan } from '../../scripts/crash/plan.ts';
import { type Answer, judge, type Observed, promises } from '../../scripts/crash/verdicts.ts';

const [plannedFirst, plannedSecond] = makePlan(1, { awards: 2, kills: 0 }).awards;
if (plannedFirst === undefined || plannedSecond === undefined) throw new Error('the plan has no two awards');
const common = {
  user_id: 'u-1',
  organization_id: 'org-1',
  source: 'course',
  occurred_at: 5000,
  day: '2026-03-01',
} as const;
const first = { ...plannedFirst, ...common, reference: 'c-1', points: 700 };
const second = { ...plannedSecond, ...common, reference: 'c-2', points: 300 };

const entryOf = ({ reference, points }: typeof first) => ({
  userId: 'u-1',
  source: 'course' as const,
  reference,
  points,
  occurredAt: 5000,
});
const rowOf = (award: typeof first) => ({ ...entryOf(award), organizationId: 'org-1', day: '2026-03-01' });
const unlocked = { code: 'crash_tested', tier: 'bronze', earnedAt: 5000 };
const answers = (): Map<string, Answer> =>
  new Map([
    [first.key_hash, { isNew: true, entry: entryOf(first), achievements: [unlocked], totalPoints: 700 }],
    [second.key_hash, { isNew: true, entry: entryOf(second), achievements: [], totalPoints: 1000 }],
  ]);
const stream = 'user:u-1';
const published = ['e-1', 'e-2', 'e-3'].map((id, index) => ({ id, stream, version: index + 1 }));

/** Two awards of one day, as they should end. */
const sound: Observed = {
  awards: [first, second],
  acknowledged: answers(),
  repeated: answers(),
  published,
  record: {
    ledger: [rowOf(first), rowOf(second)],
    days: [{ userId: 'u-1', organizationId: 'org-1', day: '2026-03-01', points: 1000 }],
    totals: [
      {
        userId: 'u-1',
        course: 1000,
        skill: 0,
        assessment: 0,
        practice: 0,
        streak_day: 0,
        entries: 2,
        lastEarnedAt: 5000,
      },
    ],
    achievements: [{ userId: 'u-1', ...unlocked }],
    events: [
      { ...published[0], type: 'points_awarded', data: rowOf(first) },
      { ...published[1], type: 'achievement_unlocked', data: { userId: 'u-1', ...unlocked } },
      { ...published[2], type: 'points_awarded', data: rowOf(second) },
    ] as Observed['record']['events'],
    outbox: [],
  },
  entriesAfterRepeating: 2,
  projections: { events: 3, people: 1, organizations: 1, untold: 0, differences: [] },
};

const broken = (observed: Observed) =>
  judge(observed)
    .filter(({ violations }) => violations.length > 0)
    .map(({ promise }) => promise);

describe('the verdicts of the crash test', () => {
  it('hold where everything is as it should be', () => {
    expect(judge(sound).map(({ promise }) => promise)).toEqual(promises);
    expect(broken(sound)).toEqual([]);
  });

  it('do not mind events that come again, whenever', () => {
    expect(broken({ ...sound, published: [...published, ...published.slice(0, 2)] })).toEqual([]);
  });

  it('find an acknowledged entry that is gone, and name it', () => {
    const record = { ...sound.record, ledger: sound.record.ledger.slice(1) };
    const verdicts = judge({ ...sound, record });
    expect(verdicts[0]?.violations).toEqual([`not in the ledger: ${first.key_hash}`]);
  });

  it('find an achievement that was acknowledged and is gone', () => {
    const record = { ...sound.record, achievements: [] };
    expect(broken({ ...sound, record })).toContain('every award is acknowledged and in the ledger');
  });

  it('find a gap in a stream', () => {
    const events = sound.record.events.map((event) => ({ ...event, version: event.version + 1 }));
    expect(broken({ ...sound, record: { ...sound.record, events } })).toContain(
      'events tell the ledger and the achievements, each stream without a gap',
    );
  });

  it('find a publication of an event that is not there', () => {
    const ghost = { id: 'e-9', stream, version: 4 };
    expect(broken({ ...sound, published: [...published, ghost] })).toEqual([
      'every event was published, each stream in order',
    ]);
  });

  it('find entries that no event tells of', () => {
    expect(broken({ ...sound, projections: { ...sound.projections, untold: 1 } })).toEqual([
      'projections rebuilt from the events equal the live ones',
    ]);
  });

  it('find every forgery', () => {
    expect(tryForgeries(sound)).toEqual({ tried: 14, missed: [] });
  });

  it('are told apart from a check that sees nothing: of one event alone no order can be seen', () => {
    const { record, projections } = sound;
    const alone: Observed = {
      ...sound,
      awards: [second],
      acknowledged: new Map([...answers()].slice(1)),
      repeated: new Map([...answers()].slice(1)),
      published: published.slice(0, 1),
      record: {
        ...record,
        ledger: record.ledger.slice(1),
        days: record.days.map((day) => ({ ...day, points: 300 })),
        totals: record.totals.map((row) => ({ ...row, course: 300, entries: 1 })),
        achievements: [],
        events: record.events.slice(0, 1).map((event) => ({ ...event, data: rowOf(second) })),
      },
      entriesAfterRepeating: 1,
      projections: { ...projections, events: 1 },
    };
    expect(broken(alone)).toEqual([]);
    expect(tryForgeries(alone).missed).toEqual(['a stream was published out of order']);
  });
});

describe('the plan of a crash test', () => {
  it('is the same for the same seed, and another for another', () => {
    const size = { awards: 200, kills: 20 };
    expect(makePlan(3, size)).toEqual(makePlan(3, size));
    expect(makePlan(3, size)).not.toEqual(makePlan(4, size));
  });

  it('asks again for some entries under other keys, and kills from early to late, some while starting', () => {
    const { awards, kills } = makePlan(1, { awards: 2000, kills: 50 });
    expect(new Set(awards.map(({ key_hash }) => key_hash)).size).toBe(2000);
    const references = new Set(awards.map(({ reference }) => reference)).size;
    expect(references).toBeGreaterThan(1800);
    expect(references).toBeLessThan(2000);
    expect(kills).toHaveLength(50);
    const at = kills.map(({ acknowledged }) => acknowledged);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(new Set(at).size).toBeLessThan(50);
  });
});
