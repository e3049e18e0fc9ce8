/** The application as Vercel starts it: the host listens, and nothing goes on between requests. */
import type { Express } from 'express';
import { configFromEnvironment } from './config.ts';
import { makeContainer } from './container.ts';
import { guardFetch } from './infrastructure/outbound/guard-fetch.ts';
import { orEndProcess } from './start-errors.ts';
import { targetsOf } from './wiring/outbound.ts';

const config = configFromEnvironment();
const isOnVercel = config.VERCEL !== undefined;
const hasServer = config.DATABASE_URL !== undefined || config.SUPABASE_URL !== undefined;
if (isOnVercel && config.DATABASE !== 'none' && !hasServer)
  throw new Error(
    'There is no place for the embedded database here: set SUPABASE_URL, DATABASE_URL or DATABASE=none.',
  );

const container = await orEndProcess(makeContainer(isOnVercel ? { ...config, JOBS: 'cron' } : config));
guardFetch(targetsOf(config, container.logger));
const app: Express = container.app;
if (!isOnVercel) app.listen(config.PORT, config.HOST);

export default app;
