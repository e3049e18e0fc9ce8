import type { Logger } from '../application/ports/logger.ts';
import type { Config } from '../config.ts';
import { services } from '../domain/provenance.ts';
import { makeTargets, type Targets } from '../infrastructure/outbound/targets.ts';

/** Where Google's library goes by itself. */
const geminiUrl = 'https://generativelanguage.googleapis.com';

/** Everybody whom the configuration names. */
const urlsOf = (config: Config): string[] =>
  [
    ...services.map((service) => config.services[service].url),
    config.AUTH_JWKS_URL,
    config.SUPABASE_URL,
    config.REPORTS_WEBHOOK_URL,
    config.SENTRY_DSN,
    config.EDGE_PURGE_URL,
    config.GEMINI_API_KEY === undefined ? undefined : (config.GEMINI_URL ?? geminiUrl),
  ].filter((url) => url !== undefined);

/** Whom a process of this configuration may call. */
export const targetsOf = (config: Config, logger: Pick<Logger, 'warn'>): Targets =>
  makeTargets({
    urls: urlsOf(config),
    networks: config.OUTBOUND_NETWORKS,
    onRefused: (host) =>
      logger.warn({ host }, 'the name leads to a private address: OUTBOUND_NETWORKS can allow its network'),
  });
