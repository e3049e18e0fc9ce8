import { z } from 'zod';
import { AppError } from '../../../domain/errors.ts';
import {
  leaderboardFigures,
  leaderboardPeriods,
  leaderboardScopes,
} from '../../../domain/gamification/leaderboard-figures.ts';
import type { Subject } from '../../../domain/identity/policy.ts';
import { boardServices, readBoard } from '../../gamification/board.ts';
import { defineAnalytic } from '../define.ts';
import { count, instant, percent, text, wholeQuery } from '../fields.ts';

const largestLimit = 100;

/** The database counts in 32 bits; the page that begins here must end within them too. */
const mostOffset = 2 ** 31 - 1 - largestLimit;

const cursorOf = (offset: number): string => Buffer.from(String(offset)).toString('base64url');

/** The offset in a cursor of ours, else null. */
function offsetOf(cursor: string): number | null {
  const offset = Number(Buffer.from(cursor, 'base64url').toString());
  return Number.isSafeInteger(offset) && offset > 0 && offset <= mostOffset && cursorOf(offset) === cursor
    ? offset
    : null;
}

const startOf = ({ cursor }: { cursor?: string | undefined }): number =>
  cursor === undefined ? 0 : (offsetOf(cursor) ?? 0);

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
      'Fewer participants than the smallest group is COHORT_TOO_SMALL; no department of one’s own is INSUFFICIENT_DATA. Somebody in scope could not be read, or the organization has more than 2,000 learners who were not all read yet (then only those who have points in the ledger are shown): participants and percentile null. A name that the directory does not tell: displayName null. A hidden caller has points and no rank; a caller who does not take part has no `you`.',
  },
  query: z.strictObject({
    period: z.enum(leaderboardPeriods, 'must be weekly, monthly or alltime').default('weekly').meta({
      description: 'weekly = since Monday; monthly = since the first of the month; alltime = ever',
    }),
    scope: z
      .enum(leaderboardScopes, 'must be organization or department')
      .default('organization')
      .meta({ description: 'the caller’s organization, or the caller’s department' }),
    limit: wholeQuery(1, largestLimit).default(20).meta({ description: 'entries of a page' }),
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
    refreshedAt: instant('when the learners were last read; points earned since are not in it'),
    nextCursor: text('cursor of the next page; null = this is the last one').nullable(),
  }),
  cache: 'gamification',
  rate: 'standard',
  sources: (upstreams, { subject, query, now }, stores) => {
    const organizationId = organizationOf(subject);
    const { period, scope, limit } = query;
    const question = { organizationId, viewerId: subject.id, period, scope, limit, now };
    return { board: readBoard(upstreams, stores, { ...question, offset: startOf(query) }) };
  },
  dependent: {
    // The directory here; all of them for the dictionary, because a reading may be begun by whoever asks.
    services: boardServices,
    // Of those on the page only, and only where the viewer may know them.
    start: ({ directory }, { board }) => ({
      people: (board.page?.entries ?? []).flatMap(({ userId }) =>
        userId === null ? [] : [directory.user(userId)],
      ),
    }),
  },
  affects: { board: [], people: ['entries[].displayName'] },
  compute: ({ board, people }, { query }, setting) => {
    const known = (people ?? []).flatMap((person) => person ?? []);
    const names = new Map(known.map(({ userId, fullName }) => [userId, fullName]));
    const { data, missing } = leaderboardFigures(board, names, startOf(query), setting);
    const { nextOffset, ...figures } = data;
    const nextCursor = nextOffset === null ? null : cursorOf(nextOffset);
    return { data: { ...figures, nextCursor }, missing };
  },
});
