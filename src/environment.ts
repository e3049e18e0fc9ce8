/**
 * The variables that configure a process, each with its bounds, its default and what it does. `.meta({ description })`
 * feeds the table in the README.
 */
import { z } from 'zod';
import { cachePolicies, cachePolicyNames } from './application/analytics/cache-policies.ts';
import { type Flag, type FlagRules, flags, type Rollout } from './domain/flags.ts';
import { policies } from './domain/identity/policy.ts';
import { roles } from './domain/identity/roles.ts';
import { smallestMinimum, usualMinimum } from './domain/privacy/cohort-size.ts';
import { type Service, services } from './domain/provenance.ts';
import { type Network, readNetwork } from './infrastructure/outbound/targets.ts';

/** How a service's URL and overrides are called in the environment. */
export const servicePrefix: Record<Service, string> = {
  auth: 'AUTH_MS',
  directory: 'DIRECTORY_MS',
  courses: 'COURSE_MS',
  content: 'CONTENT_MS',
  assessment: 'ASSESSMENT_MS',
  skills: 'SKILLS_MS',
  learnerAi: 'LEARNER_AI_MS',
  devlab: 'DEVLAB_MS',
  rag: 'RAG_MS',
};

export const defaultSecret = 'development-only-secret-change-me-please';
export const minimumSecretLength = 32;
/** As long as the one that is made from JWT_SECRET, so that it can be kept: 132 bits. */
const minimumSaltLength = 22;

const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http(s) URL' })
  .transform((url) => url.replace(/\/+$/, ''));
const secret = z.string().min(1);
const redisUrls = z.string().transform((text, context): readonly string[] => {
  const urls = text.split(',').map((url) => url.trim());
  const isGood = (url: string) => URL.canParse(url) && /^rediss?:$/.test(new URL(url).protocol);
  if (urls.every(isGood)) return urls;
  context.addIssue({ code: 'custom', message: 'must be redis URLs, separated by commas' });
  return z.NEVER;
});
/** `org-1=15,org-2=20` */
const minimums = z
  .string()
  .default('')
  .transform((text, context): Readonly<Record<string, number>> => {
    const pairs = text
      .split(',')
      .filter((pair) => pair.trim() !== '')
      .map((pair) => pair.split('='));
    const isGood = ([id = '', least = '']: string[]) =>
      /^[A-Za-z0-9_-]{1,64}$/.test(id.trim()) && whole(smallestMinimum, 1000).safeParse(least).success;
    if (pairs.every((pair) => pair.length === 2 && isGood(pair)))
      return Object.fromEntries(pairs.map(([id = '', least]) => [id.trim(), Number(least)]));
    context.addIssue({
      code: 'custom',
      message: `must be organization=number pairs, numbers from ${smallestMinimum}`,
    });
    return z.NEVER;
  });
/** `courses=new|old,assessment=…`; values never stand in a message. */
const webhookSecrets = z
  .string()
  .default('')
  .transform((text, context): Readonly<Partial<Record<Service, readonly string[]>>> => {
    const pairs = text
      .split(',')
      .map((pair) => pair.trim())
      .filter((pair) => pair !== '')
      .map((pair) => {
        const at = pair.indexOf('=');
        const name = pair.slice(0, Math.max(0, at)).trim();
        return {
          service: services.find((service) => service === name),
          secrets: pair.slice(at + 1).split('|'),
        };
      });
    const names = pairs.flatMap(({ service }) => service ?? []);
    const isGood =
      names.length === pairs.length &&
      new Set(names).size === names.length &&
      pairs.every(({ secrets }) => secrets.every((one) => one.length >= minimumSecretLength));
    if (isGood) return Object.fromEntries(pairs.map(({ service = '', secrets }) => [service, secrets]));
    context.addIssue({
      code: 'custom',
      message: `must be service=secret pairs, each service once, secrets of at least ${minimumSecretLength} characters`,
    });
    return z.NEVER;
  });
/** `name=value,name=value` with percent escapes, as OpenTelemetry has it; values never stand in a message. */
const headerPairs = z
  .string()
  .default('')
  .transform((text, context): Readonly<Record<string, string>> => {
    const pairs = text.split(',').filter((pair) => pair.trim() !== '');
    try {
      if (pairs.every((pair) => /^ *[\w-]{1,64}=/.test(pair)))
        return Object.fromEntries(
          pairs.map((pair) => {
            const at = pair.indexOf('=');
            return [pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())];
          }),
        );
    } catch {
      // A broken escape is told of below.
    }
    context.addIssue({ code: 'custom', message: 'must be name=value pairs, values with percent escapes' });
    return z.NEVER;
  });
/** Ids of organizations, comma-separated. */
const organizationIds = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((id) => id.trim())
      .filter((id) => id !== ''),
  )
  .pipe(z.array(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be ids of organizations')));
/** A JSON list; passwords in it open nothing but sample data. */
const demoPeople = z.string().transform((text, context) => {
  const people = z.array(
    z.object({ email: z.string(), password: z.string(), roles: z.array(z.enum(roles)) }),
  );
  try {
    return people.parse(JSON.parse(text));
  } catch {
    context.addIssue({ code: 'custom', message: 'must be a JSON list of {email, password, roles}' });
    return z.NEVER;
  }
});
const rollout = z.union([z.boolean(), z.number().min(0).max(100)], 'must be true, false or a percentage');
const flagRule = z.union(
  [
    rollout.transform((everywhere) => ({ everywhere, organizations: new Map<string, Rollout>() })),
    z.strictObject({
      everywhere: rollout.default(true),
      organizations: z
        .record(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/), rollout)
        .default({})
        .transform((byId) => new Map(Object.entries(byId))),
    }),
  ],
  'must be true, false, a percentage, or {everywhere, organizations} of them',
);
const flagRules = z.strictObject(
  Object.fromEntries(flags.map((flag) => [flag, flagRule.optional()])) as Record<
    Flag,
    z.ZodOptional<typeof flagRule>
  >,
);
/** JSON; every flag that is wrong is named. */
const flagsText = z.string().transform((text, context): FlagRules => {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: `must be JSON, an object of ${flags.join(', ')}` });
    return z.NEVER;
  }
  const read = flagRules.safeParse(given);
  if (read.success) return read.data as FlagRules;
  for (const { path, message } of read.error.issues)
    context.addIssue({ code: 'custom', message: [...path, message].join(' ') });
  return z.NEVER;
});
/** `10.0.0.0/8,fd00::/8` */
const networks = z
  .string()
  .default('')
  .transform((text, context): readonly Network[] => {
    const given = text.split(',').filter((part) => part.trim() !== '');
    const read = given.flatMap((part) => readNetwork(part.trim()) ?? []);
    if (read.length === given.length) return read;
    context.addIssue({ code: 'custom', message: 'must be networks in CIDR notation, separated by commas' });
    return z.NEVER;
  });
const dependencies: readonly string[] = [...services, 'database', 'redis'];
/** A comma-separated list of some of these. */
const someOf = (known: readonly string[], usual: string) =>
  z
    .string()
    .default(usual)
    .transform((text) =>
      text
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
    )
    .refine((names) => names.every((name) => known.includes(name)), {
      error: `must be among ${known.join(', ')}`,
    });
const described = <T extends z.ZodType>(schema: T, description: string): T => schema.meta({ description });
/** What may also stand in a file, whose path is in NAME_FILE: whatever nobody should see in a list of processes. */
const mountable = <T extends z.ZodType>(schema: T, description: string): T =>
  schema.meta({ description, isMountable: true });

export const base = {
  NODE_ENV: described(
    z.enum(['development', 'test', 'production']).default('development'),
    'production is strict: see the notes below the table',
  ),
  HOST: described(z.string().default('127.0.0.1'), 'address to listen on'),
  PORT: described(whole(0, 65_535).default(3000), 'port to listen on; 0 = any free one'),
  SHARE_PORT: described(
    flag.default(false),
    'true = several processes listen on the same port, and the system spreads connections over them (Linux)',
  ),
  LOG_LEVEL: described(
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    'least level that is logged',
  ),
  READY_REQUIRES: described(
    someOf(dependencies, ''),
    `comma-separated, without which /ready says no: ${dependencies.join(', ')}; default: none, all have their rungs below`,
  ),
  METRICS_TOKEN: mountable(
    z.string().min(16, 'must have at least 16 characters').optional(),
    'bearer token that /metrics asks for; required in production for /metrics to be there',
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: described(
    httpUrl.optional(),
    'base address of a receiver of OpenTelemetry (OTLP over HTTP); unset = nothing is traced',
  ),
  OTEL_EXPORTER_OTLP_HEADERS: mountable(
    headerPairs,
    'headers that it asks for, as name=value pairs, comma-separated',
  ),
  OTEL_SERVICE_NAME: described(
    z.string().min(1).default('learning-analytics'),
    'how this service is called in traces',
  ),
  OTEL_TRACES_SAMPLER_ARG: described(
    z.coerce.number().min(0).max(1).default(0.01),
    'share of the requests that are recorded, 0–1; where a caller began a trace, its word holds',
  ),
  SENTRY_DSN: mountable(
    z
      .string()
      .regex(/^https?:\/\/[^@/:]+@[^@/]+\/(?:.*\/)?\d+$/, 'must be a DSN of Sentry: https://key@host/project')
      .optional(),
    'where defects are reported to (Sentry); unset = nowhere but the log',
  ),
  TRUST_PROXY: described(
    whole(0, 10).default(0),
    'how many proxies stand in front; the client address is read behind them',
  ),
  CORS_ORIGINS: described(
    z.string().default(''),
    'comma-separated list of origins that browsers may call from; * = any (not in production)',
  ),
  MAX_IN_FLIGHT: described(
    whole(1, 100_000).default(1000),
    'most requests worked on at once; fewer while the event loop has no rest. Beyond it a short wait, then old figures that are at hand, else 503 OVERLOADED',
  ),
  MAX_WAIT_MS: described(
    whole(0, 60_000).default(1000),
    'longest wait of a request for its turn while the event loop has no rest, milliseconds; longer = later answers, fewer refusals',
  ),
  OUTBOUND_NETWORKS: described(
    networks,
    'private networks that host names in URLs may lead into, as 10.0.0.0/8,fd00::/8; addresses in URLs and localhost need none',
  ),
  REQUEST_BUDGET_MS: described(
    whole(500, 60_000).default(8000),
    'longest time an answer may take, milliseconds',
  ),
  BODY_LIMIT_KB: described(whole(1, 10_000).default(100), 'largest request body, kilobytes'),
  SHUTDOWN_DRAIN_MS: described(
    whole(0, 60_000).default(10_000),
    'longest wait for running requests at shutdown, milliseconds',
  ),
  SHUTDOWN_NOTICE_MS: described(
    whole(0, 60_000).default(0),
    'how long /ready says no before the port closes, milliseconds; set it to your load balancer’s polling interval',
  ),
  DATABASE: described(
    z.enum(['auto', 'none']).default('auto'),
    'none = points, choices and sessions are kept in memory and end with the process',
  ),
  DATABASE_URL: mountable(
    z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres URL' }).optional(),
    'PostgreSQL; without it Supabase, without that the embedded database',
  ),
  DATABASE_REPLICA_URL: mountable(
    z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres URL' }).optional(),
    'a replica of it for what may be some seconds old',
  ),
  DATABASE_CONNECTIONS: described(whole(1, 1000).default(10), 'most connections to PostgreSQL'),
  DATABASE_TIMEOUT_MS: described(
    whole(50, 60_000).default(5000),
    'longest time one database call may take, milliseconds',
  ),
  DATA_DIR: described(
    z.string().min(1).default('./data'),
    'where the embedded database keeps its files; memory:// = nowhere',
  ),
  SUPABASE_URL: described(httpUrl.optional(), 'Supabase project; needs SUPABASE_SERVICE_ROLE_KEY'),
  SUPABASE_SERVICE_ROLE_KEY: mountable(secret.optional(), 'its service role key'),
  EVENTS_INTERVAL_MS: described(
    whole(50, 60_000).default(1000),
    'how often the outbox is looked at while it is empty, milliseconds',
  ),
  EVENTS_STREAMS_PER_USER: described(
    whole(1, 1000).default(5),
    'most streams of live events that one user may have open at once, in each process',
  ),
  WEBHOOK_SECRETS: mountable(
    webhookSecrets,
    `secrets with which services sign what they send to /webhooks, as courses=secret,skills=new|old; each of at least ${minimumSecretLength} characters, without commas and bars`,
  ),
  JOBS: described(
    z.enum(['on', 'cron', 'off']).default('on'),
    'on = this process works on jobs; cron = only when GET /api/v1/cron/:job is called, events too; off = others do',
  ),
  JOBS_CONNECTIONS: described(
    whole(1, 20).default(3),
    'connections to PostgreSQL that jobs have of their own',
  ),
  JOBS_LEASE_SECONDS: described(
    whole(5, 600).default(30),
    'after how long without a word a run is taken over from its process',
  ),
  JOBS_STOP_MS: described(
    whole(0, 60_000).default(5000),
    'longest wait for running jobs at shutdown, milliseconds; they go on elsewhere',
  ),
  CRON_SECRET: mountable(
    z.string().min(minimumSecretLength, `must have at least ${minimumSecretLength} characters`).optional(),
    'bearer token with which a host calls the cron routes; unset = there are none',
  ),
  CRON_BUDGET_MS: described(
    whole(1000, 800_000).default(50_000),
    'how long one call of a cron route may work, milliseconds; the next goes on',
  ),
  EDGE_SECRET: mountable(
    z.string().min(minimumSecretLength, `must have at least ${minimumSecretLength} characters`).optional(),
    'seals what the middleware at the edge asks for; the same there and here; unset = there is no edge',
  ),
  EDGE_SUBJECTS: described(
    someOf(policies, policies.join(',')),
    'comma-separated, about whom the edge may answer from its own copies: learner, trainer, organization; `learner` alone = every read that belongs into the audit log reaches it',
  ),
  EDGE_PURGE_TOKEN: mountable(
    secret.optional(),
    'access token of Vercel with which the edge is told to forget; needs EDGE_SECRET and EDGE_PURGE_PROJECT',
  ),
  EDGE_PURGE_PROJECT: described(z.string().min(1).optional(), 'id or name of the project there'),
  EDGE_PURGE_TEAM: described(z.string().min(1).optional(), 'id of its team, when it has one'),
  EDGE_PURGE_URL: described(httpUrl.default('https://api.vercel.com'), 'where Vercel’s API is'),
  VERCEL: described(
    z.string().optional(),
    'set by the host of that name: nothing listens, jobs run by cron only, no embedded database',
  ),
  RETENTION_RAW_ACTIVITY_DAYS: described(whole(1, 3650).default(7), 'how long single activities are kept'),
  RETENTION_SNAPSHOT_DAYS: described(
    whole(1, 36_500).default(730),
    'how long figures of a day are kept, which trends are made of',
  ),
  RETENTION_AUDIT_DAYS: described(whole(1, 36_500).default(3650), 'how long the audit log is kept'),
  REPORTS_STORAGE: described(
    z.enum(['folder', 's3', 'supabase']).default('folder'),
    'where the files of reports lie; folder = REPORTS_DIR, which all processes must share (so not on Vercel)',
  ),
  REPORTS_DIR: described(z.string().min(1).default('./data/reports'), 'folder of the files of reports'),
  REPORTS_BUCKET: described(
    z.string().min(1).optional(),
    'bucket of S3 or Supabase for the files of reports; private',
  ),
  S3_ENDPOINT: described(httpUrl.optional(), 'address of a service that speaks S3; default: Amazon’s'),
  S3_REGION: described(z.string().min(1).default('us-east-1'), 'region of the bucket'),
  S3_ACCESS_KEY_ID: mountable(secret.optional(), 'access key for the bucket'),
  S3_SECRET_ACCESS_KEY: mountable(secret.optional(), 'secret of the access key'),
  REPORTS_WEBHOOK_URL: described(
    httpUrl.optional(),
    'who is told of weekly reports that are delivered by webhook; needs REPORTS_WEBHOOK_SECRET',
  ),
  REPORTS_WEBHOOK_SECRET: mountable(
    z.string().min(minimumSecretLength, `must have at least ${minimumSecretLength} characters`).optional(),
    'signs what REPORTS_WEBHOOK_URL is told',
  ),
  SMTP_URL: mountable(
    z.url({ protocol: /^smtps?$/, error: 'must be an smtp(s) URL' }).optional(),
    'mail server for weekly reports that are delivered by e-mail; needs SMTP_FROM',
  ),
  SMTP_FROM: described(z.email().optional(), 'address that these mails come from'),
  ERASURE_SALT: mountable(
    z.string().min(minimumSaltLength, `must have at least ${minimumSaltLength} characters`).optional(),
    'with which the ids of erased people are hashed; default: made from JWT_SECRET, so set it before that ever changes',
  ),
  JWT_SECRET: mountable(
    secret.default(defaultSecret),
    `signs our own access tokens (HS256); at least ${minimumSecretLength} characters in production`,
  ),
  JWT_FORMER_SECRET: mountable(
    secret.optional(),
    'the secret before JWT_SECRET, still accepted while tokens that it has signed live; unset it after ACCESS_TOKEN_SECONDS',
  ),
  JWT_ISSUER: described(z.string().min(1).default('learning-analytics'), 'iss of our own access tokens'),
  JWT_AUDIENCE: described(
    z.string().min(1).default('learning-analytics'),
    'aud that every access token must name',
  ),
  ACCESS_TOKEN_SECONDS: described(whole(30, 86_400).default(900), 'life of an access token'),
  REFRESH_TOKEN_DAYS: described(whole(1, 365).default(30), 'life of a refresh token'),
  SESSION_COOKIES: described(
    flag.default(false),
    'true = browsers may log in at /auth/session, by cookies that no script can read',
  ),
  AUTH_JWKS_URL: described(
    httpUrl.optional(),
    'where the Auth service’s public keys are; default: its /.well-known/jwks.json',
  ),
  AUTH_JWKS_ISSUER: described(
    z.string().min(1).optional(),
    'accept tokens that the Auth service signed, with this iss',
  ),
  AUTH_JWKS_ALGORITHM: described(
    z.enum(['RS256', 'ES256']).default('RS256'),
    'the one algorithm accepted for those tokens',
  ),
  SERVICE_TOKEN_SECRET: mountable(
    secret.default(defaultSecret),
    'signs the short-lived tokens that we show to the services (HS256)',
  ),
  MOCK_FALLBACK: described(
    z.enum(['always', 'never']).optional(),
    'whether sample data may stand in for a service; default always, in production never',
  ),
  ALLOW_MOCK_IN_PRODUCTION: described(flag.default(false), 'lets production start with MOCK_FALLBACK=always'),
  MOCK_SEED: described(whole(0, 2 ** 31).default(1), 'seed of the sample world; same seed, same people'),
  MOCK_LEARNERS: described(whole(10, 100_000).default(1200), 'size of the sample world'),
  DEMO_PEOPLE: described(
    demoPeople.optional(),
    'whom the log-in page offers in a demonstration, as a JSON list of {email, password, roles}; never in production. Default: the sample world’s, where logging in is sample data',
  ),
  CLOCK_START: described(
    z.iso.datetime({ offset: true }).optional(),
    'the instant that the clock shows at start (demo only); it then runs as usual',
  ),
  CACHE_MAX_ENTRIES: described(whole(1, 10_000_000).default(20_000), 'most finished answers kept in memory'),
  CACHE_MAX_MB: described(whole(1, 100_000).default(64), 'most megabytes of finished answers kept in memory'),
  CACHE_REVALIDATE_SECONDS: described(
    whole(0, 86_400).optional(),
    'how long figures past their time are served while new ones are made; default: as long as they were fresh',
  ),
  CACHE_STAND_IN_MS: described(
    whole(0, 60_000).default(500),
    'how long old or partial figures, or a refusal, are given again while a service is ill, before it is asked anew, milliseconds; 0 = not at all',
  ),
  CACHE_PATIENCE_MS: described(
    whole(0, 60_000).default(1000),
    'how long new figures are waited for where old ones are at hand, milliseconds; they are made all the same, for whoever asks next',
  ),
  CACHE_LAST_KNOWN_GOOD_SECONDS: described(
    whole(0, 604_800).default(86_400),
    'how long old figures may stand in for a failing service',
  ),
  REDIS_URL: mountable(
    redisUrls.optional(),
    'Redis, by which processes share answers, limits and what is to be forgotten; several URLs = a cluster',
  ),
  REDIS_WAIT_MS: described(
    whole(1, 1000).default(16),
    'longest wait for Redis, milliseconds; later it is left out until it answers in time again',
  ),
  UPSTREAM_REPLY_SECONDS: described(
    whole(0, 300).default(15),
    'how long one service’s reply is shared between answers',
  ),
  ORGANIZATION_REPLY_SECONDS: described(
    whole(0, 86_400).default(600),
    'how long what was read by walking through a whole organization is shared between answers',
  ),
  ORGANIZATION_WALK_SECONDS: described(
    whole(1, 3600).default(120),
    'longest time that a walk through a whole organization may take; it goes on when its caller has left',
  ),
  PRIVACY_MINIMUM_COHORT: described(
    whole(smallestMinimum, 1000).default(usualMinimum),
    'the smallest group of people that may be told about',
  ),
  PRIVACY_MINIMUM_COHORTS: described(
    minimums,
    'organizations that ask for another minimum, as org-1=15,org-2=20',
  ),
  GEMINI_API_KEY: mountable(
    secret.optional(),
    'key of Google’s Gemini API, which then words predictions, recommendations and summaries; unset = rules write them',
  ),
  GEMINI_MODEL: described(
    z
      .string()
      .regex(/^[\w.-]{1,64}$/, 'must be the name of a model')
      .default('gemini-2.5-flash-lite'),
    'which model writes',
  ),
  GEMINI_URL: described(httpUrl.optional(), 'where the Gemini API is; default: Google’s own address'),
  NARRATIVE_CALLS_PER_DAY: described(
    whole(0, 10_000_000).default(1000),
    'most calls of the language model per UTC day, of all processes that share a Redis; then rules write',
  ),
  NARRATIVE_OFF_ORGANIZATIONS: described(
    organizationIds,
    'comma-separated organizations about which and whose people no language model writes',
  ),
  FLAGS: mountable(
    flagsText.optional(),
    `what is switched off, for whom, as JSON: of ${flags.join(', ')} each true, false, a percentage of people, or {"everywhere": …, "organizations": {"org-1": …}}; default: all on`,
  ),
  ABUSE_PROBES_PER_10_MINUTES: described(
    whole(0, 10_000_000).default(30),
    'how many ids that are not theirs somebody may ask for before they are refused for a while; ten times as many for a key; 0 = any number',
  ),
  ABUSE_BAD_CREDENTIALS_PER_10_MINUTES: described(
    whole(0, 10_000_000).default(100),
    'how many tokens and keys that were never good an address may show before it is refused where it shows no good one; 0 = any number',
  ),
  ABUSE_PEOPLE_PER_10_MINUTES: described(
    whole(0, 10_000_000).default(500),
    'about how many other people somebody may read before they are refused for a while; 0 = any number',
  ),
  RATE_STANDARD_PER_MINUTE: described(whole(1, 10_000_000).default(100), 'requests per minute and user'),
  RATE_PREDICTIVE_PER_HOUR: described(whole(1, 10_000_000).default(10), 'predictions per hour and user'),
  RATE_AUTH_PER_15_MINUTES: described(
    whole(1, 10_000_000).default(5),
    'log-ins per 15 minutes, address and e-mail',
  ),
  RATE_AUTH_ADDRESS_PER_15_MINUTES: described(
    whole(1, 10_000_000).default(200),
    'log-ins per 15 minutes and address, to whichever accounts',
  ),
  RATE_REFRESH_PER_10_MINUTES: described(
    whole(1, 10_000_000).default(5),
    'how often a user may have figures made anew, in 10 minutes',
  ),
  RATE_REPORT_PER_HOUR: described(
    whole(1, 10_000_000).default(20),
    'reports that a user may order, in an hour',
  ),
  RATE_WEBHOOK_PER_MINUTE: described(
    whole(1, 10_000_000).default(6000),
    'messages of services per minute and address',
  ),
  RATE_ORGANIZATION_PER_MINUTE: described(
    whole(1, 10_000_000).default(60_000),
    'requests per minute and organization',
  ),
  RATE_ADDRESS_PER_MINUTE: described(
    whole(1, 10_000_000).default(1200),
    'requests without a valid token per minute and address',
  ),
} as const;

const cacheShape = Object.fromEntries(
  cachePolicyNames.map((name) => [
    `CACHE_${name.toUpperCase()}_SECONDS`,
    described(
      whole(0, 604_800).default(cachePolicies[name].ttlSeconds),
      `how long figures of the kind “${name}” are fresh`,
    ),
  ]),
) as Record<`CACHE_${Uppercase<string>}_SECONDS`, z.ZodDefault<z.ZodNumber>>;

/** Settings that every service has, after its prefix. */
const perService = {
  URL: { schema: httpUrl.optional(), description: 'base URL; without it the service is sample data' },
  TIMEOUT_MS: { schema: whole(10, 60_000).optional(), description: 'time-out of one attempt, milliseconds' },
  RETRIES: { schema: whole(0, 10).optional(), description: 'attempts after the first' },
  CONCURRENCY: { schema: whole(1, 10_000).optional(), description: 'most calls at once' },
} as const;

const serviceShape = Object.fromEntries(
  services.flatMap((service) =>
    Object.entries(perService).map(([name, { schema, description }]) => [
      `${servicePrefix[service]}_${name}`,
      described(schema, `${service}: ${description}`),
    ]),
  ),
) as Record<`${string}_${keyof typeof perService}`, z.ZodOptional<z.ZodType>>;

/** Every variable, for the table in the README. */
export const environment = z.object({ ...base, ...cacheShape, ...serviceShape });

/** Those that may be given as NAME_FILE. */
export const mountables: readonly string[] = Object.entries(environment.shape)
  .filter(([, schema]) => schema.meta()?.isMountable === true)
  .map(([name]) => name);
