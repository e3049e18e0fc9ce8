import type { Authorizer, ForgetsDecisions } from '../application/auth/authorize.ts';
import { makeForgetAbout, type Remembering } from '../application/freshness/forget-about.ts';
import { makeRefreshAnalytics } from '../application/freshness/refresh-analytics.ts';
import { LiveHub } from '../application/live/hub.ts';
import { type TellLive, tellLive } from '../application/live/tell-live.ts';
import type { Clock } from '../application/ports/clock.ts';
import type { EventLog } from '../application/ports/event-log.ts';
import type { EventBus } from '../application/ports/events.ts';
import type { IsOn } from '../application/ports/flags.ts';
import type { Logger } from '../application/ports/logger.ts';
import { makeWebhookUseCases } from '../application/webhooks/receive-webhook.ts';
import type { Config } from '../config.ts';
import { ids } from '../infrastructure/auth/ids.ts';
import { digest } from '../infrastructure/digest.ts';
import type { RedisLink } from '../infrastructure/redis/link.ts';
import { MemoryWebhookReceipts, makeRpcWebhookReceipts } from '../infrastructure/webhooks/receipts.ts';
import { makeWebhookSignatures } from '../infrastructure/webhooks/signatures.ts';
import { liveRoutes } from '../presentation/http/live-routes.ts';
import { refreshRoutes } from '../presentation/http/refresh-routes.ts';
import type { Route } from '../presentation/http/route.ts';
import { webhookRoutes } from '../presentation/http/webhook-routes.ts';
import type { Own } from './own.ts';
import type { Sharing } from './shared.ts';

export interface LiveDeps {
  config: Config;
  own: Own;
  sharing: Sharing;
  replies: Remembering;
  authorizer: Authorizer & ForgetsDecisions;
  isOn: IsOn;
  clock: Clock;
  logger: Logger;
}

export interface Live {
  routes: readonly Route[];
  /** What it wants to hear of events that are published. */
  consume: (bus: EventBus) => void;
  /** Ends the streams that are switched off. */
  review: () => Promise<void>;
  /** Ends all streams; their readers have to show their tokens again. */
  askAgain: () => Promise<void>;
  /** From now on these are what services sign with. */
  useWebhookSecrets: (secrets: Config['WEBHOOK_SECRETS']) => void;
  /** Ends all streams; readers come back elsewhere. */
  end: () => void;
  close: () => void;
  /** How many are open here. */
  streams: () => number;
}

/** With a channel of its own the log is looked at only in case a message was lost. */
const netMs = 5000;

/** What is appended here is told at once; the relay would tell of it a moment later. */
const telling = (log: EventLog, tell: TellLive): Pick<EventLog, 'append'> => ({
  append: async (event) => {
    await log.append(event);
    // The event is there, and is found without being told of.
    void tell();
  },
});

async function openSignal(link: RedisLink, onSignal: () => void) {
  // Only here, as without Redis there is no need of its client.
  const { RedisLiveSignal } = await import('../infrastructure/live/redis-live-signal.ts');
  const signal = new RedisLiveSignal({ link, onSignal });
  await signal.open();
  return signal;
}

/** What services tell us, what viewers are told, and what is forgotten in between. */
export async function openLive(deps: LiveDeps): Promise<Live> {
  const { config, own, sharing, replies, authorizer, isOn, clock, logger } = deps;
  const { link } = sharing;
  const hub = new LiveHub({
    log: own.events,
    sessions: own.sessions,
    clock,
    logger,
    random: Math.random,
    streamsPerUser: config.EVENTS_STREAMS_PER_USER,
    pollMs: link === undefined ? config.EVENTS_INTERVAL_MS : Math.max(netMs, config.EVENTS_INTERVAL_MS),
  });
  const wake = () => hub.wake();
  const signal = link && (await openSignal(link, wake));
  const tell = async () => {
    wake();
    await signal?.tell();
  };
  own.hearOfEvents(wake);

  const forget = makeForgetAbout({ cache: sharing.cache, replies, permissions: authorizer });
  const signatures = makeWebhookSignatures(config.WEBHOOK_SECRETS);
  const webhooks = makeWebhookUseCases({
    signatures,
    receipts: own.rpc === null ? new MemoryWebhookReceipts(clock) : makeRpcWebhookReceipts(own.rpc),
    forgotten: own.people,
    forget,
    sessions: own.sessions,
    clock,
    ids,
    digest,
  });
  const refresh = makeRefreshAnalytics({
    authorizer,
    forget,
    log: telling(own.events, tell),
    forgotten: own.people,
    clock,
  });
  return {
    routes: [...webhookRoutes(webhooks), ...refreshRoutes(refresh), ...liveRoutes(hub, isOn)],
    consume: (bus) => {
      webhooks.makeUpFor(bus);
      tellLive(bus, tell);
    },
    streams: () => hub.size,
    review: () =>
      hub.review('switched_off', ({ id: userId, organizationId }) =>
        isOn('eventStream', { userId, organizationId }),
      ),
    askAgain: () => hub.review('token_revoked', async () => false),
    useWebhookSecrets: signatures.useSecrets,
    end: () => hub.close(),
    close: () => {
      hub.close();
      signal?.close();
    },
  };
}
