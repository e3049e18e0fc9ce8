import { describe, expect, it } from 'vitest';
import { makeCheckActivity } from '../../../src/application/anomalies/check-activity.ts';
import { makeCheckServices } from '../../../src/application/anomalies/check-services.ts';
import { dayToCount } from '../../../src/application/jobs/anomalies.ts';
import type { Notice, Notices } from '../../../src/application/ports/notices.ts';
import type { Service } from '../../../src/domain/provenance.ts';
import { addDays } from '../../../src/domain/time.ts';

const at = (instant: string) => Date.parse(instant);
const day = '2026-03-09';
const now = at('2026-03-10T03:00:00Z');
const part = { organizationId: 'org-1', zone: 'UTC', day, now };

/** Notices in memory, as the log of events keeps them. */
function memoryNotices(): Notices & { told: Map<string, Notice[]> } {
  const told = new Map<string, Notice[]>();
  const known = new Set<string>();
  return {
    told,
    add: async (stream, about, notices) => {
      if (known.has(`${stream} ${about}`)) return false;
      known.add(`${stream} ${about}`);
      told.set(stream, [...(told.get(stream) ?? []), ...notices]);
      return true;
    },
    of: async (stream) => told.get(stream) ?? [],
  };
}

const page = {
  ...{ entries: [], you: null, reading: null, participants: 0 },
  ...({ refreshedAt: now, dataSource: 'realtime' } as const),
};

interface Board {
  asOf: number;
  doubt: 'unavailable' | 'insufficient_data' | null;
}

function activityWith(
  people: number,
  board: Board | null = { asOf: at('2026-03-10T00:05:00Z'), doubt: null },
) {
  const notices = memoryNotices();
  const checks: string[] = [];
  const warnings: object[] = [];
  const asked: object[] = [];
  const check = makeCheckActivity({
    ledger: {
      standings: async (organizationId, period) => {
        asked.push({ organizationId, ...period });
        return Array.from({ length: people }, (_, index) => ({ userId: `u-${index}`, points: 1 }));
      },
    },
    leaderboards: { page: async () => board && { ...page, ...board } },
    notices,
    minimumCohortOf: () => 10,
    onCheck: (kind, outcome) => void checks.push(`${kind} ${outcome}`),
    logger: { warn: (fields) => void warnings.push(fields) },
  });
  const usually = async (count: number) => {
    for (let week = 8; week >= 1; week -= 1) {
      const before = addDays(day, -7 * week);
      const data = { day: before, people: count };
      await notices.add('activity:org-1', before, [{ type: 'activity_counted', data, occurredAt: 0 }]);
    }
  };
  return { check, notices, checks, warnings, asked, usually };
}

describe('the activity of an organization', () => {
  it('is counted from the start of its day, and kept', async () => {
    const { check, notices, checks, asked } = activityWith(40);
    expect(await check({ ...part, zone: 'America/New_York', now: at('2026-03-10T08:00:00Z') })).toEqual({
      counted: 0,
    });
    expect(await check(part)).toEqual({ counted: 1, unusual: 0 });
    expect(asked).toEqual([{ organizationId: 'org-1', since: at('2026-03-09T00:00:00Z'), zone: 'UTC' }]);
    expect(notices.told.get('activity:org-1')).toEqual([
      { type: 'activity_counted', data: { day, people: 40 }, occurredAt: now },
    ]);
    expect(checks).toEqual(['activity unknown', 'activity unknown']);
  });

  it('is told of when it has suddenly fallen, once', async () => {
    const { check, notices, checks, warnings, usually } = activityWith(20);
    await usually(100);
    expect(await check(part)).toEqual({ counted: 1, unusual: 1 });
    expect(await check(part)).toEqual({ counted: 0 });
    expect(notices.told.get('activity:org-1')?.at(-1)).toEqual({
      type: 'activity_fell',
      data: { day, people: 20, usual: 100, z: -8 },
      occurredAt: now,
    });
    expect(checks).toEqual(['activity unusual']);
    expect(warnings).toEqual([{ organizationId: 'org-1', day, z: -8 }]);
  });

  it('is not told of where it is as always', async () => {
    const { check, notices, checks, warnings, usually } = activityWith(95);
    await usually(100);
    await check(part);
    expect(notices.told.get('activity:org-1')?.at(-1)?.type).toBe('activity_counted');
    expect([checks, warnings]).toEqual([['activity usual'], []]);
  });

  it.each([
    ['nobody has read the organization', null],
    ['it was read before the day ended', { asOf: at('2026-03-09T23:59:59Z'), doubt: null }],
    ['a service was away', { asOf: now, doubt: 'unavailable' }],
    ['not everybody was read', { asOf: now, doubt: 'insufficient_data' }],
  ] as const)('is not known, which is not nobody, when %s', async (_when, board) => {
    const { check, notices, checks, usually } = activityWith(0, board);
    await usually(100);
    expect(await check(part)).toEqual({ counted: 0 });
    expect(notices.told.get('activity:org-1')).toHaveLength(8);
    expect(checks).toEqual(['activity unknown']);
  });

  it('is looked at in the morning where the organization is, for the day before', () => {
    expect(dayToCount(at('2026-03-10T01:59:00Z'), 'UTC')).toBeNull();
    expect(dayToCount(at('2026-03-10T02:50:00Z'), 'UTC')).toBe('2026-03-09@2026-03-10T02');
    expect(dayToCount(at('2026-03-10T10:00:00Z'), 'UTC')).toBeNull();
    expect(dayToCount(at('2026-03-09T17:50:00Z'), 'Asia/Tokyo')).toBe('2026-03-09@2026-03-09T17');
  });
});

describe('the services', () => {
  const steady = [20, 22, 18, 20, 21, 19, 20, 22, 18, 20];
  const slow = new Map<Service, readonly number[]>([
    ['courses', [...steady, 200, 210, 190]],
    ['skills', [...steady, 20, 21, 20]],
  ]);

  it('are told of when they have become slow, once an hour', async () => {
    const notices = memoryNotices();
    const checks: string[] = [];
    const warnings: object[] = [];
    const check = makeCheckServices({
      minutes: async () => slow,
      notices,
      onCheck: (kind, outcome) => void checks.push(`${kind} ${outcome}`),
      logger: { warn: (fields) => void warnings.push(fields) },
    });
    const { signal } = new AbortController();
    expect(await check(now, signal)).toEqual({ checked: 9, unusual: 1 });
    await check(now + 5 * 60_000, signal);
    await check(now + 3_600_000, signal);
    expect(checks.slice(0, 9).toSorted()).toEqual([
      ...Array.from({ length: 7 }, () => 'latency unknown'),
      'latency unusual',
      'latency usual',
    ]);
    const told = notices.told.get('service:courses');
    expect(told).toHaveLength(2);
    expect(told?.[0]).toMatchObject({
      type: 'latency_rose',
      data: { service: 'courses', ms: 200, usualMs: 20 },
    });
    expect([...notices.told.keys()]).toEqual(['service:courses']);
    expect(warnings).toHaveLength(2);
  });
});
