import { z } from 'zod';
import { AppError } from '../../../domain/errors.ts';
import {
  leaderboardFigures,
  leaderboardPeriods,
  leaderboardScopes,
  periodStart,
} from '../../../domain/gamification/leaderboard-figures.ts';
import type { Subject } from '../../../domain/identity/policy.ts';
import { boardServices, readBoard } from '../../gamification/board.ts';
import { defineAnalytic } from '../define.ts';
import { count, instant, percent, text } from '../fields.ts';

const largestLimit = 100;

const cursorOf = (offset: number): string => Buffer.from(String(offset)).toString('base64url');

/** The offset in a cursor of ours, else null. */
function offsetOf(cursor: string): number | null {
  const offset = Number(Buffer.from(cursor, 'base64url').toString());
  return Number.isSafeInteger(offset) && offset > 0 && cursorOf(offset) === cursor ? offset : null;
}

/** @throws AppError INSUFFICIENT_DATA for somebody who belongs to no organization. */
function organizationOf({ organizationId }: Subject): string {
  if (organizationId !== null) return organizationId;
  throw new AppError('INSUFFICIENT_DATA', 'You belong to no organization.', {
    details: [{ field: 'scope', message: 'no_organization' }],
  });
}

export const leaderboard = defineAnalytic({
  id: 'gamification.leaderboard',
  version: 1,
  path: '/gamification/leaderboard',
  subject: 'learner',
  summary: 'The learners of the caller’s organization or department by points',
  definition: {
    formula:
      'Active learners by the points they earned in the period (this ISO week, this calendar month, or always; at most 1,000 a calendar day). Equal points share a rank (1, 1, 3). percentile = mid-rank among the participants. Names are shown of those who chose public, and of the caller; anonymous people are shown without a name; hidden people are in nobody’s entries, ranks or counts.',
    unit: 'points; percentile 0–100',
    population: 'the learners of the scope who are not hidden, at least the smallest group',
    nullRule:
      'Fewer participants than the smallest group is COHORT_TOO_SMALL; no department of one’s own is INSUFFICIENT_DATA. Somebody in scope could not be read, or the organization has more than 2,000 learners (then only those who have points in the ledger are shown): participants and percentile null. A hidden caller has points and no rank; a caller who does not take part has no `you`.',
  },
  query: z.strictObject({
    period: z.enum(leaderboardPeriods, 'must be weekly, monthly or alltime').default('weekly').meta({
      description: 'weekly = since Monday; monthly = since the first of the month; alltime = ever',
    }),
    scope: z
      .enum(leaderboardScopes, 'must be organization or department')
      .default('organization')
      .meta({ description: 'the caller’s organization, or the caller’s department' }),
    limit: z.coerce
      .number('must be a whole number')
      .int('must be a whole number')
      .min(1, 'must be at least 1')
      .max(largestLimit, `must be at most ${largestLimit}`)
      .default(20)
      .meta({ description: 'entries of a page' }),
    cursor: z
      .string()
      .refine((cursor) => offsetOf(cursor) !== null, 'must be the nextCursor of an earlier page')
      .optional()
      .meta({ description: 'nextCursor of the page before' }),
  }),
  result: z.object({
    entries: z
      .array(
        z.object({
          rank: z.int().min(1).meta({ description: 'from 1; equal points share it' }),
          displayName: text('the person’s name; null = anonymous, or not known').nullable(),
          points: count('points of the period'),
          isYou: z.boolean().meta({ description: 'whether this is the caller' }),
        }),
      )
      .nullable(),
    you: z
      .object({
        rank: z.int().min(1).meta({ description: 'the caller’s rank' }).nullable(),
        percentile: percent('the caller’s place among the participants').nullable(),
        points: count('the caller’s points of the period'),
      })
      .meta({ description: 'null when the caller does not take part' })
      .nullable(),
    participants: count('learners in scope who are not hidden').nullable(),
    refreshedAt: instant('when the learners were read; their points are at most ten minutes older'),
    nextCursor: text('cursor of the next page; null = this is the last one').nullable(),
  }),
  cache: 'gamification',
  rate: 'standard',
  sources: (upstreams, { subject, now }, stores) => {
    const organizationId = organizationOf(subject);
    return {
      board: upstreams.shared(`leaderboard ${organizationId}`, boardServices, (everything) =>
        readBoard(everything, stores, organizationId, now),
      ),
    };
  },
  own: ({ ledger, preferences, tieSecret }, { subject, query }, calendar, { board }) => {
    const organizationId = organizationOf(subject);
    const since = periodStart(query.period, calendar);
    return {
      standings: ledger.standings(organizationId, { since, zone: calendar.zone }),
      privacy: preferences.leaderboardPrivacy(board.people.map(({ userId }) => userId)),
      seed: Promise.resolve(`${tieSecret} ${organizationId}`),
    };
  },
  affects: {
    board: [],
    standings: ['entries', 'you', 'participants'],
    privacy: ['entries', 'you', 'participants'],
    seed: [],
  },
  compute: ({ board, standings, privacy, seed }, { subject, query }, setting) => {
    const { scope, limit, cursor } = query;
    const offset = cursor === undefined ? 0 : (offsetOf(cursor) ?? 0);
    const { data, missing } = leaderboardFigures(
      board,
      { standings, privacy, seed: seed ?? '' },
      { viewerId: subject.id, scope, limit, offset },
      setting,
    );
    const { nextOffset, ...figures } = data;
    const nextCursor = nextOffset === null ? null : cursorOf(nextOffset);
    return { data: { ...figures, nextCursor }, missing };
  },
});
