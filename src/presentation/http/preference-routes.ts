import { z } from 'zod';
import type { UpdatePreferences } from '../../application/preferences/update-preferences.ts';
import { leaderboardPrivacies } from '../../domain/gamification/leaderboard.ts';
import { isTimeZone } from '../../domain/time.ts';
import { noQuery, type Route } from './route.ts';

export const preferences = z.object({
  leaderboardPrivacy: z.enum(leaderboardPrivacies).meta({
    description: 'public = by name, anonymous = without a name, hidden = in nobody’s view and in no count',
  }),
  predictiveAnalytics: z.boolean().meta({
    description:
      'false = predictions about one are shown to nobody but oneself; what can be seen today still is',
  }),
  aiNarratives: z
    .boolean()
    .meta({ description: 'whether a language model may put figures about this person into words' }),
  timeZone: z.string().nullable().meta({ description: 'IANA name; null = the organization’s' }),
});

const changes = z
  .strictObject({
    leaderboardPrivacy: z.enum(leaderboardPrivacies, `must be one of ${leaderboardPrivacies.join(', ')}`),
    predictiveAnalytics: z.boolean('must be true or false'),
    aiNarratives: z.boolean('must be true or false'),
    timeZone: z
      .string('must be the name of a time zone, or null')
      .refine(isTimeZone, 'must be the name of a time zone, or null')
      .nullable(),
  })
  .partial()
  .meta({ example: { leaderboardPrivacy: 'public' } });

export const preferenceRoutes = (update: UpdatePreferences): Route[] => [
  {
    id: 'me.preferences',
    method: 'patch',
    path: '/me/preferences',
    tag: 'me',
    summary: 'Choose for oneself',
    description: 'Changes what is named and leaves the rest; answers all of one’s preferences.',
    access: 'signed_in',
    query: noQuery,
    body: changes,
    data: preferences,
    rate: 'standard',
    errors: ['UPSTREAM_UNAVAILABLE'],
    handle: async ({ viewer, body }) => ({
      data: await update(viewer, body as z.output<typeof changes>),
    }),
  },
];
