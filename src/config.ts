/**
 * The only reader of the environment: once, validated, frozen. Every problem is listed at once by name;
 * values of secrets are never printed. What stands in mounted files can be read again while the process runs.
 */
import { readFileSync, statSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type CachePolicyName, cachePolicyNames } from './application/analytics/cache-policies.ts';
import { type Service, services } from './domain/provenance.ts';
import {
  base,
  defaultSecret,
  environment,
  minimumSecretLength,
  mountables,
  servicePrefix,
} from './environment.ts';

const parsed = z.object(base);

export interface ServiceConfig {
  url: string | undefined;
  timeoutMs: number | undefined;
  retries: number | undefined;
  concurrency: number | undefined;
}

export interface Config extends Readonly<Omit<z.output<typeof parsed>, 'MOCK_FALLBACK' | 'CORS_ORIGINS'>> {
  MOCK_FALLBACK: 'always' | 'never';
  CORS_ORIGINS: readonly string[];
  cacheSeconds: Readonly<Record<CachePolicyName, number>>;
  services: Readonly<Record<Service, ServiceConfig>>;
  /** Names of the variables that were read from files. */
  mounted: readonly string[];
}

/** What takes effect in a running process; all else waits for the next start. */
const exchangeable = [
  'JWT_SECRET',
  'JWT_FORMER_SECRET',
  'SERVICE_TOKEN_SECRET',
  'WEBHOOK_SECRETS',
  'CRON_SECRET',
  'FLAGS',
] as const;

type Source = Readonly<Record<string, string | undefined>>;

type Environment = z.output<typeof parsed> & Record<string, unknown>;

/** What makes an environment unfit although each variable is fine. Looks only at variables that could be read. */
function jointProblems(env: Partial<Environment>): string[] {
  const production = env.NODE_ENV === 'production';
  const weak = (text: string | undefined) =>
    text !== undefined && (text === defaultSecret || text.length < minimumSecretLength);
  const tooWeak = `must be set, with at least ${minimumSecretLength} characters, in production`;
  const problems: [boolean, string][] = [
    [production && weak(env.JWT_SECRET), `JWT_SECRET: ${tooWeak}`],
    [production && weak(env.JWT_FORMER_SECRET), `JWT_FORMER_SECRET: ${tooWeak}`],
    [production && weak(env.SERVICE_TOKEN_SECRET), `SERVICE_TOKEN_SECRET: ${tooWeak}`],
    [
      production && env.MOCK_FALLBACK === 'always' && env.ALLOW_MOCK_IN_PRODUCTION !== true,
      'MOCK_FALLBACK: always needs ALLOW_MOCK_IN_PRODUCTION=true in production',
    ],
    [production && env.DEMO_PEOPLE !== undefined, 'DEMO_PEOPLE: not in production'],
    [production && originsOf(env).includes('*'), 'CORS_ORIGINS: * is not allowed in production'],
    [
      env.SESSION_COOKIES === true && originsOf(env).includes('*'),
      'SESSION_COOKIES: not with CORS_ORIGINS=*, or every page could read what the cookies open',
    ],
    [
      (env.SUPABASE_URL === undefined) !== (env.SUPABASE_SERVICE_ROLE_KEY === undefined),
      'SUPABASE_URL: goes together with SUPABASE_SERVICE_ROLE_KEY',
    ],
    [
      (env.EDGE_PURGE_TOKEN === undefined) !== (env.EDGE_PURGE_PROJECT === undefined),
      'EDGE_PURGE_TOKEN: goes together with EDGE_PURGE_PROJECT',
    ],
    [
      env.EDGE_PURGE_TOKEN !== undefined && env.EDGE_SECRET === undefined,
      'EDGE_PURGE_TOKEN: needs EDGE_SECRET',
    ],
    [
      env.REPORTS_STORAGE === 's3' &&
        [env.REPORTS_BUCKET, env.S3_ACCESS_KEY_ID, env.S3_SECRET_ACCESS_KEY].includes(undefined),
      'REPORTS_STORAGE: s3 needs REPORTS_BUCKET, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY',
    ],
    [
      env.REPORTS_STORAGE === 'supabase' && [env.REPORTS_BUCKET, env.SUPABASE_URL].includes(undefined),
      'REPORTS_STORAGE: supabase needs REPORTS_BUCKET and SUPABASE_URL',
    ],
    [
      // Without a database reports end with the process, and so do their files.
      env.VERCEL !== undefined &&
        env.REPORTS_STORAGE === 'folder' &&
        (env.DATABASE_URL !== undefined || env.SUPABASE_URL !== undefined),
      'REPORTS_STORAGE: a folder of Vercel is neither shared nor kept; set s3 or supabase there',
    ],
    [
      (env.REPORTS_WEBHOOK_URL === undefined) !== (env.REPORTS_WEBHOOK_SECRET === undefined),
      'REPORTS_WEBHOOK_URL: goes together with REPORTS_WEBHOOK_SECRET',
    ],
    [
      (env.SMTP_URL === undefined) !== (env.SMTP_FROM === undefined),
      'SMTP_URL: goes together with SMTP_FROM',
    ],
    [
      env.DATABASE_REPLICA_URL !== undefined && env.DATABASE_URL === undefined,
      'DATABASE_REPLICA_URL: needs DATABASE_URL',
    ],
    [
      env.AUTH_JWKS_URL !== undefined && env.AUTH_JWKS_ISSUER === undefined,
      'AUTH_JWKS_ISSUER: required with AUTH_JWKS_URL',
    ],
    [
      env.AUTH_JWKS_ISSUER !== undefined && env.AUTH_JWKS_ISSUER === env.JWT_ISSUER,
      'AUTH_JWKS_ISSUER: must differ from JWT_ISSUER, or one key could pass for the other',
    ],
  ];
  return problems.filter(([bad]) => bad).map(([, text]) => text);
}

function originsOf(env: Partial<Environment>): string[] {
  return (env.CORS_ORIGINS ?? '')
    .split(',')
    .map((origin) => origin.trim())
    .filter(Boolean);
}

const largestFileBytes = 64 * 1024;

/** What stands in a file, without the line end that editors put there. @throws Error in our own words. */
function textIn(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) throw new Error('is not there');
  if (!stats.isFile() || stats.size > largestFileBytes) throw new Error('is no file of at most 64 KiB');
  try {
    return readFileSync(file, 'utf8').replace(/[\r\n]+$/, '');
  } catch {
    throw new Error('cannot be read');
  }
}

const fileOf = (source: Source, name: string): string => source[`${name}_FILE`] ?? '';

/** The source with what stands in the files that it names. Problems name files, never what is in them. */
function withMounted(source: Source): { source: Source; unread: ReadonlySet<string>; problems: string[] } {
  const found: Record<string, string | undefined> = { ...source };
  const problems: string[] = [];
  const unread = new Set<string>();
  for (const name of Object.keys(environment.shape)) {
    const file = fileOf(source, name);
    if (file === '') continue;
    try {
      if (!mountables.includes(name)) throw new Error('only secrets and FLAGS are read from files');
      if (source[name]) throw new Error(`does not go together with ${name}`);
      found[name] = textIn(file);
    } catch (error) {
      unread.add(name);
      problems.push(`${name}_FILE: ${file} ${(error as Error).message}`);
    }
  }
  return { source: found, unread, problems };
}

/** Every variable by itself, so that one that is wrong does not hide another. */
function readAll(given: Source): { env: Partial<Environment>; problems: string[] } {
  const { source, unread, problems } = withMounted(given);
  const env: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(environment.shape)) {
    if (unread.has(name)) continue;
    const result = schema.safeParse(source[name] || undefined);
    if (result.success) env[name] = result.data;
    else problems.push(`${name}: ${result.error.issues.map((issue) => issue.message).join('; ')}`);
  }
  return { env: env as Partial<Environment>, problems };
}

function serviceConfig(env: Record<string, unknown>, service: Service): ServiceConfig {
  const read = <T>(name: string) => env[`${servicePrefix[service]}_${name}`] as T | undefined;
  return Object.freeze({
    url: read<string>('URL'),
    timeoutMs: read<number>('TIMEOUT_MS'),
    retries: read<number>('RETRIES'),
    concurrency: read<number>('CONCURRENCY'),
  });
}

export type ConfigResult = { ok: true; config: Config } | { ok: false; problems: string[] };

/** Says where it is from, when a variable's text stands in a file. */
const withFile = (source: Source) => (problem: string) => {
  const file = fileOf(source, problem.slice(0, problem.indexOf(':')));
  return file === '' ? problem : `${problem} (in ${file})`;
};

/**
 * Reads and judges an environment. An empty variable counts as unset. Problems name variables and files, never
 * values.
 */
export function readConfig(source: Source): ConfigResult {
  const { env: read, problems: single } = readAll(source);
  const problems = [...single, ...jointProblems(read)].map(withFile(source));
  if (problems.length > 0) return { ok: false, problems };

  const env = read as Environment;
  const config: Config = {
    ...env,
    MOCK_FALLBACK: env.MOCK_FALLBACK ?? (env.NODE_ENV === 'production' ? 'never' : 'always'),
    CORS_ORIGINS: Object.freeze(originsOf(env)),
    cacheSeconds: Object.freeze(
      Object.fromEntries(cachePolicyNames.map((name) => [name, read[`CACHE_${name.toUpperCase()}_SECONDS`]])),
    ) as Record<CachePolicyName, number>,
    services: Object.freeze(
      Object.fromEntries(services.map((service) => [service, serviceConfig(env, service)])),
    ) as Record<Service, ServiceConfig>,
    mounted: Object.freeze(mountables.filter((name) => fileOf(source, name) !== '')),
  };
  return { ok: true, config: Object.freeze(config) };
}

export type RereadResult =
  /** `changed` takes effect with `config`; `waiting` has changed too and needs a new start. */
  { ok: true; config: Config; changed: string[]; waiting: string[] } | { ok: false; problems: string[] };

/** What has changed since `running` was read. All of it holds or nothing. */
export function rereadConfig(running: Config, source: Source): RereadResult {
  const result = readConfig(source);
  if (!result.ok) return result;
  const { config: read } = result;
  const differs = (name: string) =>
    !isDeepStrictEqual(read[name as keyof Config], running[name as keyof Config]);
  const isExchangeable = (name: string) => exchangeable.some((one) => one === name);
  const different = mountables.filter(differs);
  // The ids of those who were erased would be unknown from the next start on.
  if (differs('JWT_SECRET') && running.ERASURE_SALT === undefined && running.DATABASE !== 'none')
    return {
      ok: false,
      problems: ['JWT_SECRET: cannot change while ERASURE_SALT is made from it (docs/operations.md)'],
    };
  const config = { ...running, ...Object.fromEntries(exchangeable.map((name) => [name, read[name]])) };
  return {
    ok: true,
    config: Object.freeze(config),
    changed: different.filter(isExchangeable),
    waiting: different.filter((name) => !isExchangeable(name)),
  };
}

/** The same of this process. */
export const rereadFromEnvironment = (running: Config): RereadResult => rereadConfig(running, process.env);

/** The configuration of this process. Ends it with code 78 (EX_CONFIG) when the environment is not usable. */
export function configFromEnvironment(): Config {
  const result = readConfig(process.env);
  if (result.ok) return result.config;
  process.stderr.write(`Cannot start. ${result.problems.length} problem(s) in the environment:\n`);
  for (const problem of result.problems) process.stderr.write(`  ${problem}\n`);
  process.exit(78);
}
