import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { ErrorCode } from '../../domain/errors.ts';
import { AppError } from '../../domain/errors.ts';
import { services } from '../../domain/provenance.ts';
import { checkLifeCycles } from '../http/life-cycle.ts';
import { problemBody, statusOf } from '../http/problem.ts';
import { apiPrefix, idSchema, paramNames, type Route } from '../http/route.ts';
import { eventStream } from '../http/send-events.ts';
import { csrfHeader, sessionCookie } from '../http/session-cookies.ts';
import { analyticMeta, envelope, plainMeta, problem } from './schemas.ts';

/** A real answer of each operation, by its id. */
export type Examples = Readonly<Record<string, unknown>>;

const whatItMeans: Partial<Record<ErrorCode, string>> = {
  VALIDATION_ERROR: 'Some fields are not valid; details name every one of them.',
  UNAUTHORIZED: 'No token, or one that is not valid any more.',
  FORBIDDEN: 'The caller may not do this, or not see this subject.',
  PREDICTION_OPTED_OUT: 'The subject has chosen that nobody else is shown predictions.',
  NOT_FOUND: 'No such subject in the caller’s organization.',
  FEATURE_OFF:
    'This is switched off for this subject’s organization, or for this subject; asking again is of no use.',
  RATE_LIMIT_EXCEEDED: 'Too many requests; Retry-After says when to come back.',
};

const tagDescriptions: Record<string, string> = {
  'api keys': 'Keys with which services call this API.',
  auth: 'Sessions: log in, refresh, log out, who am I.',
  'learner analytics': 'Figures about one learner.',
  'trainer analytics': 'Figures about the courses of one trainer.',
  'organization analytics': 'Figures about an organization and its departments.',
  'comparison analytics': 'Where one stands, and what is asked for.',
  'gamification analytics': 'Points, streaks, achievements and places.',
  'predictive analytics': 'What is likely to come, of which model, and how sure that is.',
  gamification: 'What people are awarded.',
  live: 'What happens, as it happens: told by services, told to viewers.',
  me: 'What the caller has chosen, and what is kept of the caller.',
  people: 'What is kept of people, and who did what to whom.',
  reports: 'Answers to print, to send and to work with.',
  dashboards: 'Several analytics about one subject in one call.',
  metrics: 'What the figures mean.',
  operations: 'Whether the process is alive, and how far its work is.',
};

/** Errors that follow from how a route is reached. */
function errorsOf(route: Route): ErrorCode[] {
  // A key without the scope, a cookie without its header.
  const signedIn: ErrorCode[] = route.access === 'public' ? [] : ['UNAUTHORIZED', 'FORBIDDEN'];
  const subject: ErrorCode[] =
    route.access === 'public' || route.access === 'signed_in'
      ? []
      : ['FORBIDDEN', 'NOT_FOUND', 'UPSTREAM_UNAVAILABLE'];
  const body: ErrorCode[] = route.body === undefined ? [] : ['PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'];
  const always: ErrorCode[] = ['VALIDATION_ERROR', 'RATE_LIMIT_EXCEEDED', 'INTERNAL_ERROR'];
  return [...new Set([...always, ...signedIn, ...subject, ...body, ...route.errors])];
}

function errorResponses(route: Route, path: string): ZodOpenApiOperationObject['responses'] {
  const byStatus = Map.groupBy(errorsOf(route), (code) => statusOf[code]);
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      String(status),
      {
        description: codes.map((code) => whatItMeans[code] ?? code).join(' '),
        content: {
          'application/problem+json': {
            schema: problem,
            examples: Object.fromEntries(
              codes.map((code) => [
                code,
                { value: problemBody(new AppError(code, whatItMeans[code] ?? code), path, 'req-1') },
              ]),
            ),
          },
        },
      },
    ]),
  );
}

const fileBytes = z.string().meta({ description: 'the file', format: 'binary' });
const liveText = z.string().meta({ description: 'server-sent events' });

const servicePathParam = z.enum(services).meta({ description: 'which service it is', example: 'courses' });

/** `meta` of a route's answers. */
function metaOf({ cache, meta }: Route): z.ZodType {
  if (cache !== undefined) return analyticMeta;
  return meta === undefined ? plainMeta : z.object({ ...plainMeta.shape, ...meta.shape });
}

/** The statuses of an answer in the envelope, and what each means. */
const successesOf = ({ creates, accepts }: Route): [string, string][] => {
  if (accepts) return [['202', 'Accepted']];
  if (creates === 'always') return [['201', 'Created']];
  return creates
    ? [
        ['201', 'Created'],
        ['200', 'It was there already; nothing was changed.'],
      ]
    : [['200', 'OK']];
};

/** What a key needs is said in words: schemes of this type have no scopes. */
function descriptionOf({ description, deprecated, scope }: Route): { description?: string } {
  const ends =
    deprecated &&
    `Deprecated since ${deprecated.since}, may be gone from ${deprecated.sunset} on; use ${deprecated.successor} instead.`;
  const needs = scope && `A key needs \`${scope}\`.`;
  const parts = [description, needs, ends].filter((part) => part !== undefined);
  return parts.length === 0 ? {} : { description: parts.join(' ') };
}

/** Any one of them is enough. */
function securityOf({ access, scope, method }: Route): Record<string, string[]>[] {
  if (access === 'public') return [];
  const cookie = method === 'get' ? { cookie: [] } : { cookie: [], csrf: [] };
  return [{ bearer: [] }, cookie, ...(scope === undefined ? [] : [{ apiKey: [] }])];
}

function operation(route: Route, examples: Examples): ZodOpenApiOperationObject {
  const params = paramNames(route.path);
  const path = `${apiPrefix}${route.path}`;
  const idParam =
    route.access === 'organization'
      ? idSchema.meta({ description: 'id of the organization', example: 'org-1' })
      : idSchema.meta({ description: 'id of the subject; `me` = the caller', example: 'me' });
  const example = examples[route.id];
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    ...descriptionOf(route),
    ...(route.deprecated === undefined ? {} : { deprecated: true }),
    security: securityOf(route),
    requestParams: {
      ...(params.length === 0
        ? {}
        : {
            path: z.object(
              Object.fromEntries(
                params.map((name) => [name, name === 'service' ? servicePathParam : idParam]),
              ),
            ),
          }),
      query: route.query,
      ...(route.headers === undefined ? {} : { header: route.headers }),
    },
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: route.body } } } }),
    responses: {
      ...Object.fromEntries(
        successesOf(route).map(([status, description]) => [
          status,
          {
            description,
            content: {
              ...(route.file !== undefined
                ? Object.fromEntries(route.file.contentTypes.map((type) => [type, { schema: fileBytes }]))
                : route.live === undefined
                  ? {
                      'application/json': {
                        schema: envelope(route.data, metaOf(route)),
                        ...(example === undefined ? {} : { example }),
                      },
                    }
                  : { [eventStream]: { schema: liveText, example: route.live } }),
              ...('stream' in route && route.stream !== undefined
                ? { [eventStream]: { schema: z.string().meta({ description: 'server-sent events' }) } }
                : {}),
            },
          },
        ]),
      ),
      ...(route.method === 'get' && route.cache !== undefined
        ? { '304': { description: 'What the caller holds is still good.' } }
        : {}),
      ...errorResponses(route, path),
    },
  };
}

/** The whole contract, from the table of routes. */
export function openApiDocument(routes: readonly Route[], examples: Examples, version: string) {
  checkLifeCycles(routes);
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    const path = `${apiPrefix}${route.path}`.replaceAll(/:([A-Za-z]+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operation(route, examples) };
  }
  return createDocument(
    {
      openapi: '3.1.0',
      info: {
        title: 'Learning analytics',
        version,
        description:
          'One fast, honest call per screen. Every figure says where it comes from and how old it is.',
        license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' },
      },
      servers: [{ url: '/' }],
      tags: [...new Set(routes.map((route) => route.tag))].map((name) => ({
        name,
        description: tagDescriptions[name] ?? name,
      })),
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
          cookie: {
            type: 'apiKey',
            in: 'cookie',
            name: sessionCookie,
            description: 'Where SESSION_COOKIES is set. See POST /api/v1/auth/session.',
          },
          csrf: {
            type: 'apiKey',
            in: 'header',
            name: csrfHeader,
            description: 'Beside the cookie, with whatever changes something.',
          },
          apiKey: {
            type: 'apiKey',
            in: 'header',
            name: 'X-API-Key',
            description: 'A service’s key; also as `Authorization: ApiKey …`. See POST /api/v1/api-keys.',
          },
        },
      },
      paths,
    },
    {
      override: ({ jsonSchema }) => {
        // zod writes a pattern of 300 characters for a date; the format says it all.
        if (jsonSchema.format === 'date' || jsonSchema.format === 'date-time') delete jsonSchema.pattern;
      },
    },
  );
}
