/** The API as a process: it listens, stops in order, and reads files again. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type Config, rereadFromEnvironment } from './config.ts';
import { makeContainer } from './container.ts';
import type { PgliteDatabase } from './infrastructure/database/pglite.ts';
import { guardFetch } from './infrastructure/outbound/guard-fetch.ts';
import { makeHttpServer } from './listening.ts';
import { makeShutdown } from './shutdown.ts';
import { orEndProcess } from './start-errors.ts';
import { targetsOf } from './wiring/outbound.ts';

/**
 * Resolves when it listens.
 * @param embedded the embedded database, where it is being opened already.
 */
export async function serve(config: Config, embedded: Promise<PgliteDatabase> | undefined): Promise<void> {
  const { listener, logger, setLogLevel, exchange, startWork, beginShutdown, flushReports, stopWork, close } =
    await orEndProcess(makeContainer(config, undefined, embedded));

  guardFetch(targetsOf(config, logger));

  // What nobody has caught: nothing here can be relied on any more, so it is told and the process ends.
  process.once('uncaughtException', (err: unknown) => {
    const error = err instanceof Error ? err : new Error('something was thrown that is no error');
    logger.error({ err: error }, 'the process ends by a defect');
    void flushReports().finally(() => logger.flush(() => process.exit(1)));
  });

  const server = makeHttpServer(listener);

  const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

  const shutdown = makeShutdown(
    [
      {
        name: 'readiness off',
        timeoutMs: config.SHUTDOWN_NOTICE_MS + 100,
        run: () => {
          beginShutdown();
          return wait(config.SHUTDOWN_NOTICE_MS);
        },
      },
      {
        name: 'drain',
        timeoutMs: config.SHUTDOWN_DRAIN_MS,
        run: async () => {
          server.close();
          await once(server, 'close');
        },
      },
      { name: 'stop jobs', timeoutMs: config.JOBS_STOP_MS + 3000, run: stopWork },
      { name: 'close', timeoutMs: 4000, run: close },
    ],
    logger,
  );

  async function stop(signal: string): Promise<void> {
    logger.info({ signal }, 'stopping');
    await shutdown();
    server.closeAllConnections();
    logger.flush(() => process.exit(0));
  }
  process.on('SIGTERM', () => void stop('SIGTERM'));
  // Operators look closer without a restart, and back again.
  let isVerbose = false;
  process.on('SIGUSR2', () => {
    isVerbose = !isVerbose;
    const level = isVerbose ? 'debug' : config.LOG_LEVEL;
    setLogLevel(level);
    logger.info({ now: level }, 'log level');
  });
  process.on('SIGINT', () => void stop('SIGINT'));
  // Secrets and flags are read again from their files. Without files it means, as ever, that the terminal has gone.
  let running = config;
  function readAgain(): void {
    const result = rereadFromEnvironment(running);
    if (!result.ok) {
      logger.error(
        { problems: result.problems },
        'files were read again and cannot be used; nothing has changed',
      );
      return;
    }
    const { config: next, changed, waiting } = result;
    exchange(next);
    running = next;
    logger.info({ changed }, 'files were read again');
    if (waiting.length > 0) logger.warn({ waiting }, 'what has changed here needs a new start');
  }
  process.on('SIGHUP', () => (config.mounted.length > 0 ? readAgain() : void stop('SIGHUP')));
  // Started by another process that has gone: nobody is left to stop us.
  process.on('disconnect', () => void stop('disconnect'));

  // Connections that come all at once wait to be accepted; those that find no place come back after seconds.
  const backlog = 4096;
  server.listen({ port: config.PORT, host: config.HOST, reusePort: config.SHARE_PORT, backlog });
  await once(server, 'listening');
  const { address, port, family } = server.address() as AddressInfo;
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  logger.info({ url, mock: config.MOCK_FALLBACK }, 'listening');
  process.send?.({ url });
  startWork();
}
