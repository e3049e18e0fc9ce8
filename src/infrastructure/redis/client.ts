import { Cluster, Redis, type RedisOptions } from 'ioredis';

export type RedisClient = Redis | Cluster;

/**
 * Nothing waits for a Redis that is not there: no queue while it is away, no second try of a command, and a
 * socket that has been silent about a command for a second is given up.
 */
export const impatient = {
  lazyConnect: true,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 1,
  autoResendUnfulfilledCommands: false,
  connectTimeout: 500,
  commandTimeout: 200,
  socketTimeout: 1000,
} satisfies RedisOptions;

const reconnectMs = (times: number): number => Math.min(50 * times, 500);

/** What a client reports is seen at the commands that fail; without a listener it would end the process. */
const unheard = () => undefined;

/**
 * A client for one node, or for a cluster when several are named. It is not connected yet.
 * @param waitMs how long its caller may wait for a reply: the client gives up no command before that.
 */
export function makeRedisClient(urls: readonly string[], waitMs: number): RedisClient {
  const [first = ''] = urls;
  const patience = { ...impatient, commandTimeout: Math.max(impatient.commandTimeout, waitMs) };
  if (urls.length <= 1)
    return new Redis(first, { ...patience, retryStrategy: reconnectMs }).on('error', unheard);
  const { username, password, protocol } = new URL(first);
  const { enableOfflineQueue, ...redisOptions } = patience;
  const cluster = new Cluster([...urls], {
    lazyConnect: true,
    enableOfflineQueue,
    clusterRetryStrategy: reconnectMs,
    maxRedirections: 3,
    slotsRefreshTimeout: 500,
    redisOptions: {
      ...redisOptions,
      ...(username === '' ? {} : { username: decodeURIComponent(username) }),
      ...(password === '' ? {} : { password: decodeURIComponent(password) }),
      ...(protocol === 'rediss:' ? { tls: {} } : {}),
    },
  });
  return cluster.on('error', unheard);
}

/** One connection to one node that ends when it is lost: who needs another makes another. */
export const makeOneConnection = (url: string): Redis =>
  new Redis(url, { ...impatient, retryStrategy: () => null }).on('error', unheard);
