import { z } from 'zod';
import type { AwardPoints } from '../../application/gamification/award-points.ts';
import { tiers } from '../../domain/gamification/achievements.ts';
import { pointSources } from '../../domain/gamification/points.ts';
import { dataSources } from '../../domain/provenance.ts';
import { idSchema, noQuery, type Route } from './route.ts';

/** A caller's own name for one command: visible ASCII characters. */
const idempotencyKey = z
  .string('is missing')
  .regex(/^[\x21-\x7e]{8,128}$/, 'must be 8–128 visible ASCII characters')
  .meta({
    description:
      'the caller’s own name for this command; the same one with the same body is answered as it was, for a day',
    example: 'a1f5c2d0-award-1',
  });
const headers = z.object({ 'Idempotency-Key': idempotencyKey });

const earliest = Date.parse('2000-01-01T00:00:00Z');
const today = z.iso.date();

const body = z
  .strictObject({
    userId: idSchema.meta({ example: 'u-000001' }),
    source: z.enum(pointSources, `must be one of ${pointSources.join(', ')}`).meta({
      description:
        'course 100, skill 50, practice 10, streak_day 10 points; assessment = the learner’s score of it',
    }),
    reference: idSchema.meta({
      description:
        'id of the course, skill, assessment or practice session; of a streak_day the day, YYYY-MM-DD',
      example: 'c-1',
    }),
    occurredAt: z.iso
      .datetime({ offset: true, error: 'must be an ISO 8601 instant' })
      // What is no instant is said already.
      .refine((text) => !(Date.parse(text) < earliest), 'must not be before 2000')
      .meta({ description: 'when it was earned; not in the future', example: '2026-03-10T09:00:00Z' }),
  })
  .superRefine(({ source, reference }, context) => {
    if (source !== 'streak_day' || today.safeParse(reference).success) return;
    context.addIssue({
      code: 'custom',
      path: ['reference'],
      message: 'must be the day of the streak, YYYY-MM-DD',
    });
  });

const instant = (description: string) => z.iso.datetime().meta({ description });

const award = z.object({
  entry: z
    .object({
      userId: z.string(),
      source: z.enum(pointSources),
      reference: z.string(),
      points: z.int().min(0).meta({ description: 'points, with what was left of the 1,000 of its day' }),
      occurredAt: instant('when it was earned'),
    })
    .meta({ description: 'the line of the ledger, also when the same thing was awarded before' }),
  achievements: z
    .array(
      z.object({
        id: z.string(),
        code: z.string(),
        tier: z.enum(tiers),
        earnedAt: instant('when it was earned'),
      }),
    )
    .meta({ description: 'those that were not kept as earned before' }),
  totalPoints: z.int().min(0).meta({ description: 'points in the ledger of the person' }),
});

const meta = z.object({
  dataSource: z
    .enum(dataSources)
    .meta({ description: 'mock = awarded to somebody of the sample world, in memory; else realtime' }),
});

const iso = (at: number): string => new Date(at).toISOString();

export const pointsRoutes = (awardPoints: AwardPoints): Route[] => [
  {
    id: 'gamification.points',
    method: 'post',
    path: '/gamification/points',
    tag: 'gamification',
    summary: 'Award points for something a learner did',
    description:
      'For an admin, and for an org_admin about people of the own organization; nobody awards points to themselves. That the course, the skill or the practice session exists and is the person’s is the caller’s word; an assessment is worth the score that Assessment knows. Every award is in the audit log with whoever made it. Entry, totals and achievements are one write. 201 for a new entry; 200 with the entry that is there when the same thing (userId, source, reference) was awarded before under another key. 409 while the same command is being worked on; 422 when the key was used for another body, or when there is no score to award.',
    access: 'signed_in',
    query: noQuery,
    headers,
    body,
    data: award,
    meta,
    creates: true,
    rate: 'standard',
    scope: 'points:write',
    errors: [
      'FORBIDDEN',
      'NOT_FOUND',
      'CONFLICT',
      'INSUFFICIENT_DATA',
      'UNPROCESSABLE',
      'UPSTREAM_UNAVAILABLE',
    ],
    handle: async (call) => {
      const { occurredAt, ...claim } = call.body as z.output<typeof body>;
      const { 'Idempotency-Key': key } = call.headers as z.output<typeof headers>;
      const { awarded, dataSource } = await awardPoints(
        call.viewer,
        { ...claim, occurredAt: Date.parse(occurredAt) },
        key,
        call.scope,
      );
      const { entry, achievements, totalPoints, isNew } = awarded;
      return {
        status: isNew ? 201 : 200,
        data: {
          entry: { ...entry, occurredAt: iso(entry.occurredAt) },
          achievements: achievements.map(({ code, tier, earnedAt }) => ({
            id: `${tier}-${code}`,
            code,
            tier,
            earnedAt: iso(earnedAt),
          })),
          totalPoints,
        },
        meta: { dataSource },
      };
    },
  },
];
