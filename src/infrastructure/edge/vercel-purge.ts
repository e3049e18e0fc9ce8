import { setTimeout as delay } from 'node:timers/promises';
import axios, { type AxiosAdapter } from 'axios';
import type { PurgeReason } from '../../application/ports/answer-cache.ts';
import type { EdgePurge } from '../../application/ports/edge-purge.ts';
import type { Logger } from '../../application/ports/logger.ts';

export interface VercelPurgeOptions {
  /** Where Vercel's API is. */
  baseUrl: string;
  token: string;
  project: string;
  team: string | undefined;
  adapter: AxiosAdapter;
  logger: Logger;
  /** Longest time that `purge` keeps its caller waiting, ms. */
  waitMs?: number;
  /** Before the second attempt, ms; doubles with each. */
  retryMs?: number;
}

/** Most tags of one call. */
const mostTags = 16;
const attempts = 5;
const attemptTimeoutMs = 3000;
/** Longer is not waited, whatever the host asks for. */
const longestPauseMs = 10_000;
const largestReplyBytes = 64 * 1024;
/** The first answers once more with the old copy, the second with nothing until we have answered. */
const endpoints: Record<PurgeReason, string> = {
  changed: '/v1/edge-cache/invalidate-by-tags',
  private: '/v1/edge-cache/dangerously-delete-by-tags',
};

/** What a call came to: told, refused for good, or worth another try after so many ms (null = as usual). */
type Outcome = { is: 'told' } | { is: 'refused' } | { is: 'later'; afterMs: number | null };

/** Only seconds are used by this host; a date counts as none. */
function pauseOf(header: unknown): number | null {
  const seconds = Number(header);
  return header === undefined || !Number.isFinite(seconds) ? null : Math.max(0, seconds * 1000);
}

/**
 * Vercel's purge by tag. Tags gather while a call is on its way and go with the next; 429 and 5xx are tried again.
 * What cannot be told is logged once and ends with its time at the edge, an hour at most. Of what is private copies are
 * deleted; of what has changed they are marked, which spares us all those who would ask at once.
 */
export class VercelPurge implements EdgePurge {
  readonly #options: VercelPurgeOptions;
  readonly #waiting = new Map<string, PurgeReason>();
  #telling: Promise<void> | undefined;

  constructor(options: VercelPurgeOptions) {
    this.#options = options;
  }

  async purge(sealedTags: readonly string[], reason: PurgeReason): Promise<void> {
    for (const tag of sealedTags)
      this.#waiting.set(tag, this.#waiting.get(tag) === 'private' ? 'private' : reason);
    this.#telling ??= this.#tellAll().finally(() => {
      this.#telling = undefined;
    });
    const { waitMs = 1000 } = this.#options;
    const bound = new AbortController();
    const late = delay(waitMs, undefined, { signal: bound.signal, ref: false }).catch(() => undefined);
    await Promise.race([this.#telling, late]);
    bound.abort();
  }

  async #tellAll(): Promise<void> {
    while (this.#waiting.size > 0) {
      const { reason, tags } = this.#next();
      for (const tag of tags) this.#waiting.delete(tag);
      await this.#tell(tags, reason);
    }
  }

  /** One call's worth; what is private does not wait for what has changed. */
  #next(): { reason: PurgeReason; tags: string[] } {
    const waiting = [...this.#waiting];
    const reason = waiting.some(([, why]) => why === 'private') ? 'private' : 'changed';
    const tags = waiting.flatMap(([tag, why]) => (why === reason ? tag : []));
    return { reason, tags: tags.slice(0, mostTags) };
  }

  async #tell(tags: readonly string[], reason: PurgeReason): Promise<void> {
    const { retryMs = 250, logger } = this.#options;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const outcome = await this.#call(tags, reason);
      if (outcome.is === 'told') return;
      if (outcome.is === 'refused') break;
      const pause = outcome.afterMs ?? retryMs * 2 ** attempt;
      if (attempt + 1 < attempts) await delay(Math.min(longestPauseMs, pause), undefined, { ref: false });
    }
    logger.warn(
      { tags: tags.length },
      'the edge was not told to forget: old figures stay there until they expire',
    );
  }

  async #call(tags: readonly string[], reason: PurgeReason): Promise<Outcome> {
    const { baseUrl, token, project, team, adapter } = this.#options;
    try {
      const { status, headers } = await axios.request<string>({
        method: 'post',
        baseURL: baseUrl,
        url: endpoints[reason],
        params: new URLSearchParams({
          projectIdOrName: project,
          ...(team === undefined ? {} : { teamId: team }),
        }),
        data: JSON.stringify({ tags, target: 'production' }),
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        adapter,
        proxy: false,
        maxRedirects: 0,
        maxContentLength: largestReplyBytes,
        responseType: 'text',
        transformResponse: (text: unknown) => text,
        validateStatus: () => true,
        signal: AbortSignal.timeout(attemptTimeoutMs),
      });
      if (status >= 200 && status < 300) return { is: 'told' };
      const isWorthAnother = status === 429 || status >= 500;
      return isWorthAnother ? { is: 'later', afterMs: pauseOf(headers['retry-after']) } : { is: 'refused' };
    } catch {
      return { is: 'later', afterMs: null };
    }
  }
}
