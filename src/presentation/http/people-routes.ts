import { z } from 'zod';
import type { ErasePerson } from '../../application/people/erase-person.ts';
import type { ExportPerson } from '../../application/people/export-person.ts';
import { services } from '../../domain/provenance.ts';
import { noQuery, type Route, type SignedInCall } from './route.ts';

const row = z.record(z.string(), z.unknown());
const keptElsewhere = z.array(z.enum(services)).meta({
  description: 'services that keep more of the person; what is theirs they are asked for themselves',
});
const instant = (description: string) => z.iso.datetime().meta({ description });

const kept = z.object({
  userId: z.string(),
  exportedAt: instant('when this was read'),
  sections: z.record(z.string(), z.array(row)).meta({
    description: 'what is kept → its rows; what nothing is kept of is left out. No hash of anything is in it',
  }),
  events: z.array(row).meta({ description: 'what has happened to the person, the oldest first' }),
  mentions: z.array(row).meta({
    description: 'that what happened to others names the person, without what it says of them',
  }),
  keptElsewhere,
});

const erased = z.object({
  erased: z.literal(true),
  proofId: z.string().meta({
    description: 'what proves the erasure; who it was cannot be told from it',
  }),
  erasedAt: instant('when it was done; the first time, when it is asked for again'),
  keptElsewhere,
});

const confirmation = z.strictObject({
  confirm: z.string('must be the id of the person who is erased').meta({
    description: 'the id of the person who is erased, so that it does not happen by accident',
    example: 'u-000000',
  }),
});

const keptExample: z.output<typeof kept> = {
  userId: 'u-000000',
  exportedAt: '2026-03-10T12:00:00.000Z',
  sections: {
    preferences: [{ leaderboardPrivacy: 'public', timeZone: null, updatedAt: '2026-02-01T08:00:00.000Z' }],
    activityDays: [{ day: '2026-03-09', source: 'topic' }],
  },
  events: [{ type: 'points_awarded', occurredAt: '2026-03-09T09:30:00.000Z' }],
  mentions: [],
  keptElsewhere: ['directory', 'courses'],
};
const erasedExample: z.output<typeof erased> = {
  erased: true,
  proofId: '41d4e7a2-90f3-4f4c-8c1e-5a7b6c1d2e3f',
  erasedAt: '2026-03-10T12:00:00.000Z',
  keptElsewhere: ['directory', 'courses'],
};

const iso = (at: number): string => new Date(at).toISOString();

const common = { query: noQuery, rate: 'standard' } as const;
const refusals = ['FORBIDDEN', 'NOT_FOUND'] as const;

const erasing =
  'Points, achievements, choices, history and log-ins are deleted, and the id is taken out of everything else. It cannot be undone. Nothing is recorded of the person again until they log in. Asking again answers the same.';

export interface PeopleUseCases {
  exportPerson: ExportPerson;
  erasePerson: ErasePerson;
}

export function peopleRoutes({ exportPerson, erasePerson }: PeopleUseCases): Route[] {
  async function give({ viewer, scope }: SignedInCall, userId: string) {
    const { exportedAt, ...everything } = await exportPerson(viewer, userId, scope);
    return { data: { ...everything, exportedAt: iso(exportedAt) } };
  }

  async function erase({ viewer, scope, body }: SignedInCall, userId: string) {
    const { confirm } = body as z.output<typeof confirmation>;
    const { proofId, erasedAt, keptElsewhere: elsewhere } = await erasePerson(viewer, userId, confirm, scope);
    return { data: { erased: true, proofId, erasedAt: iso(erasedAt), keptElsewhere: elsewhere } };
  }

  return [
    {
      ...common,
      id: 'me.export',
      access: 'signed_in',
      method: 'get',
      path: '/me/export',
      tag: 'me',
      summary: 'Everything that is kept of oneself',
      data: kept,
      example: keptExample,
      errors: ['UPSTREAM_UNAVAILABLE'],
      handle: (call) => give(call, call.viewer.id),
    },
    {
      ...common,
      id: 'me.erase',
      access: 'signed_in',
      method: 'delete',
      path: '/me',
      tag: 'me',
      summary: 'Erase everything that is kept of oneself',
      description: `${erasing} The token it was asked with stops working too.`,
      body: confirmation,
      data: erased,
      example: erasedExample,
      errors: ['UPSTREAM_UNAVAILABLE'],
      handle: (call) => erase(call, call.viewer.id),
    },
    {
      ...common,
      id: 'people.export',
      access: 'signed_in',
      method: 'get',
      path: '/people/:userId/export',
      tag: 'people',
      summary: 'Everything that is kept of a person',
      description:
        'For the person, for an org_admin about people of the own organization, and for an admin; not for trainers.',
      data: kept,
      example: keptExample,
      errors: [...refusals, 'UPSTREAM_UNAVAILABLE'],
      handle: (call) => give(call, call.params.userId ?? ''),
    },
    {
      ...common,
      id: 'people.erase',
      access: 'signed_in',
      method: 'delete',
      path: '/people/:userId',
      tag: 'people',
      summary: 'Erase everything that is kept of a person',
      description: `For the person, for an org_admin about people of the own organization, and for an admin; not for trainers. ${erasing}`,
      body: confirmation,
      data: erased,
      example: erasedExample,
      errors: [...refusals, 'UPSTREAM_UNAVAILABLE'],
      handle: (call) => erase(call, call.params.userId ?? ''),
    },
  ];
}
