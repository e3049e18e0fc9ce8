import { z } from 'zod';
import { endReasons, type LiveHub } from '../../application/live/hub.ts';
import { allOn, type IsOn } from '../../application/ports/flags.ts';
import { AppError } from '../../domain/errors.ts';
import { liveTypes } from '../../domain/live.ts';
import { noQuery, type Route } from './route.ts';

const headers = z.object({
  'Last-Event-ID': z
    .string()
    .regex(/^\d{1,15}$/, 'must be the id of an event')
    .optional()
    .meta({
      description: 'id of the last event that arrived; what came after it is sent first',
      example: '41',
    }),
});

const example = [
  'retry: 2380\nid: 41\n\n',
  'id: 42\nevent: points_awarded\ndata: {"source":"course","reference":"c-1","points":100,"occurredAt":"2026-03-10T09:00:00.000Z"}\n\n',
  ':\n\n',
  'retry: 1200\nevent: end\ndata: {"reason":"token_expired"}\n\n',
].join('');

export const liveRoutes = (hub: Pick<LiveHub, 'open'>, isOn: IsOn = allOn): Route[] => [
  {
    id: 'events',
    method: 'get',
    path: '/events',
    tag: 'live',
    summary: 'What happens, as it happens',
    description: [
      `Server-sent events, until the caller leaves: ${liveTypes.join(', ')}.`,
      'To everyone what happens to themselves; to an org_admin also what is about the own organization as a whole.',
      'An event’s id is its place among all events: send it back as Last-Event-ID to go on from there.',
      'After 15 s of silence there is a comment.',
      `An event “end” with a reason (${endReasons.join(', ')}) is the last; reconnect with a good token, after what “retry” says.`,
      'A reader that does not keep up is disconnected and can resume.',
    ].join(' '),
    access: 'signed_in',
    query: noQuery,
    headers,
    live: example,
    data: z.never(),
    rate: 'standard',
    errors: ['FEATURE_OFF', 'UPSTREAM_UNAVAILABLE'],
    handle: async ({ viewer, headers: given }) => {
      if (!(await isOn('eventStream', { userId: viewer.id, organizationId: viewer.organizationId })))
        throw new AppError('FEATURE_OFF', 'Live events are switched off here.');
      const { 'Last-Event-ID': last } = given as z.output<typeof headers>;
      return { live: await hub.open(viewer, last === undefined ? undefined : Number(last)) };
    },
  },
];
