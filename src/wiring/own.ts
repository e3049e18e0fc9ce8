import { tellingOfAwards } from '../application/live/tell-of-awards.ts';
import { storesWithoutForgotten, writesWithoutForgotten } from '../application/people/without-forgotten.ts';
import type { ApiKeys } from '../application/ports/api-keys.ts';
import type { Audit } from '../application/ports/audit.ts';
import type { Clock } from '../application/ports/clock.ts';
import type { EventLog } from '../application/ports/event-log.ts';
import type { OwnStores, Preferences } from '../application/ports/gamification.ts';
import type { GamificationWrites } from '../application/ports/gamification-writes.ts';
import type { Logger } from '../application/ports/logger.ts';
import type { Models } from '../application/ports/models.ts';
import type { Forgotten, People, PersonalStore } from '../application/ports/people.ts';
import type { ReportSchedules, ReportStore } from '../application/ports/reports.ts';
import { type Rpc, RpcError } from '../application/ports/rpc.ts';
import type { Sessions } from '../application/ports/sessions.ts';
import type { Config } from '../config.ts';
import { ids } from '../infrastructure/auth/ids.ts';
import { MemoryApiKeys } from '../infrastructure/auth/memory-api-keys.ts';
import { MemorySessions } from '../infrastructure/auth/memory-sessions.ts';
import { makeRpcApiKeys } from '../infrastructure/auth/rpc-api-keys.ts';
import type { WatchCall } from '../infrastructure/database/calls.ts';
import type { Database } from '../infrastructure/database/database.ts';
import { openDatabase } from '../infrastructure/database/open.ts';
import type { PgliteDatabase } from '../infrastructure/database/pglite.ts';
import { makeRpcCohorts } from '../infrastructure/database/rpc-cohorts.ts';
import { RpcSessions } from '../infrastructure/database/rpc-sessions.ts';
import { makeSchemaCheck, NotMigratedError } from '../infrastructure/database/schema-state.ts';
import {
  makeRpcKept,
  makeRpcLeaderboards,
  makeRpcLedger,
  makeRpcPreferences,
} from '../infrastructure/database/stores.ts';
import { digest } from '../infrastructure/digest.ts';
import { MemoryGamificationWrites } from '../infrastructure/gamification/memory-gamification-writes.ts';
import { makeMemoryKept } from '../infrastructure/gamification/memory-kept.ts';
import { MemoryLeaderboards } from '../infrastructure/gamification/memory-leaderboards.ts';
import { MemoryLedger } from '../infrastructure/gamification/memory-ledger.ts';
import { MemoryPreferences } from '../infrastructure/gamification/memory-preferences.ts';
import { makeRpcGamificationWrites } from '../infrastructure/gamification/rpc-gamification-writes.ts';
import { MemoryEventLog, makeRpcEventLog } from '../infrastructure/live/event-log.ts';
import { readDropOffModel } from '../infrastructure/models/drop-off-risk.ts';
import { knowingForgotten } from '../infrastructure/people/knowing-forgotten.ts';
import { MemoryAudit } from '../infrastructure/people/memory-audit.ts';
import { MemoryPeople } from '../infrastructure/people/memory-people.ts';
import { makeRpcAudit } from '../infrastructure/people/rpc-audit.ts';
import { makeRpcPeople } from '../infrastructure/people/rpc-people.ts';
import { MemoryReportSchedules, MemoryReportStore } from '../infrastructure/reports/memory-report-store.ts';
import { makeRpcReportSchedules, makeRpcReportStore } from '../infrastructure/reports/rpc-report-store.ts';
import { MemorySnapshots } from '../infrastructure/snapshots/memory-snapshots.ts';
import { makeRpcSnapshots } from '../infrastructure/snapshots/rpc-snapshots.ts';

/** What of our own a world has: what is read and what is written. */
export interface World extends OwnStores {
  writes: GamificationWrites;
}

export interface Own {
  live: World;
  /** What is made up is never recorded as earned, but what people choose is theirs in mock mode too. */
  mock: World;
  sessions: Sessions;
  apiKeys: ApiKeys;
  people: People & Forgotten;
  audit: Audit;
  reports: ReportStore;
  reportSchedules: ReportSchedules;
  /** What this process holds of people beside `people`. */
  personal: readonly PersonalStore[];
  /** What has happened, for live streams. */
  events: EventLog;
  /** Calls back when something was appended that no relay tells of. */
  hearOfEvents: (listener: () => void) => void;
  /** Hears at once which log-ins have ended. */
  hearOfRevocations: () => Promise<void>;
  /** Calls back with users whose roles have changed, when another process has heard of it. */
  hearOfEndedUsers: (listener: (userIds: readonly string[]) => void) => void;
  /** Null = everything is in memory and ends with the process. */
  database: Database | null;
  /** The same for whatever is written about people: it refuses those who were erased. */
  rpc: Rpc | null;
  /** How the database is right now; null when there is none. */
  databaseState: () => Promise<'up' | 'down' | 'not_migrated' | null>;
  close: () => Promise<void>;
}

/** Read once; a model that is not what the training writes stops the start. */
const dropOffModel = readDropOffModel();
const models: Models = { dropOffRisk: async () => dropOffModel };

/** With which the ids of erased people are hashed. */
export const erasureSaltOf = ({ ERASURE_SALT: salt, JWT_SECRET: secret }: Config): string =>
  salt ?? digest(`erasures ${secret}`);

/** How often revocations of other processes are read: a log-out is felt everywhere within seconds. */
const revocationsEveryMs = 2000;

/** A world that records nothing of people who were erased. */
const withoutForgotten = (world: World, forgotten: Forgotten): World => ({
  ...storesWithoutForgotten(world, forgotten),
  writes: writesWithoutForgotten(world.writes, forgotten),
});

function inMemory(config: Config, preferences: Preferences): { world: World; personal: PersonalStore[] } {
  // The same in every process, so that pages of one leaderboard agree; not the secret itself.
  const tieSecret = digest(`leaderboard ties ${config.JWT_SECRET}`);
  const ledger = new MemoryLedger();
  const writes = new MemoryGamificationWrites(ledger);
  const leaderboards = new MemoryLeaderboards({ ledger, preferences, tieSecret });
  const snapshots = new MemorySnapshots();
  const kept = makeMemoryKept(writes);
  return {
    world: { ledger, writes, kept, leaderboards, preferences, snapshots, models },
    personal: [ledger, writes, leaderboards, snapshots],
  };
}

/** Asks the database for something small, and whether it is what this program was written for. */
const makeDatabaseState =
  (database: Database, checkSchema: () => Promise<void>): Own['databaseState'] =>
  async () => {
    try {
      await database.call('outbox_state', {});
      await checkSchema();
      return 'up';
    } catch (error) {
      const isBehind = error instanceof RpcError && error.code === 'unknown_function';
      return isBehind || error instanceof NotMigratedError ? 'not_migrated' : 'down';
    }
  };

/**
 * What is ours to keep: in the database, or in this process when there is none.
 * @param embedded the embedded database, where it is being opened already.
 * @throws NotMigratedError, DirectoryHeldError.
 */
export async function openOwn(
  config: Config,
  clock: Clock,
  logger: Logger,
  watch?: WatchCall,
  embedded?: Promise<PgliteDatabase>,
): Promise<Own> {
  if (config.DATABASE === 'none') {
    const preferences = { live: new MemoryPreferences(), mock: new MemoryPreferences() };
    const [live, mock] = [inMemory(config, preferences.live), inMemory(config, preferences.mock)];
    const [sessions, audit] = [new MemorySessions(clock), new MemoryAudit()];
    const apiKeys = new MemoryApiKeys(ids);
    const events = new MemoryEventLog(ids);
    const [reports, reportSchedules] = [new MemoryReportStore(), new MemoryReportSchedules()];
    const stores = [
      sessions,
      apiKeys,
      audit,
      events,
      reports,
      reportSchedules,
      ...Object.values(preferences),
      ...live.personal,
      ...mock.personal,
    ];
    const people = new MemoryPeople({ stores, audit, ids, digest });
    const nothing = async () => undefined;
    return {
      live: withoutForgotten(
        { ...live.world, writes: tellingOfAwards(live.world.writes, events, audit) },
        people,
      ),
      mock: withoutForgotten(mock.world, people),
      ...{
        sessions,
        apiKeys,
        people,
        audit,
        events,
        reports,
        reportSchedules,
        hearOfEvents: (listener: () => void) => events.onAppend(listener),
        personal: [],
        hearOfRevocations: nothing,
        hearOfEndedUsers: () => undefined,
        database: null,
        rpc: null,
        databaseState: async () => null,
        close: nothing,
      },
    };
  }
  const database = await openDatabase({
    url: config.DATABASE_URL,
    replicaUrl: config.DATABASE_REPLICA_URL,
    supabaseUrl: config.SUPABASE_URL,
    supabaseKey: config.SUPABASE_SERVICE_ROLE_KEY,
    directory: config.DATA_DIR,
    maxConnections: config.DATABASE_CONNECTIONS,
    timeoutMs: config.DATABASE_TIMEOUT_MS,
    watch,
    embedded,
    onState: (isUp) =>
      isUp
        ? logger.info({}, 'the database answers again')
        : logger.warn({}, 'the database does not answer in time; callers are told so at once until it does'),
    onUnknownFunction: (fn) =>
      logger.error({ fn }, 'the database lacks a function that this program needs: npm run migrate'),
  });
  const checkSchema = makeSchemaCheck(database);
  await checkSchema().catch(async (error: unknown) => {
    await database.close();
    throw error;
  });
  const salt = erasureSaltOf(config);
  const rpc = knowingForgotten(database, salt);
  const sessions = new RpcSessions(database, clock);
  const refresh = () =>
    sessions.refresh().catch(() => logger.warn({}, 'revocations of other processes cannot be read'));
  await refresh();
  const timer = setInterval(() => void refresh(), revocationsEveryMs);
  const live = {
    ledger: makeRpcLedger(rpc),
    writes: makeRpcGamificationWrites(rpc),
    kept: makeRpcKept(rpc),
    leaderboards: makeRpcLeaderboards(rpc),
    preferences: makeRpcPreferences(rpc),
    snapshots: makeRpcSnapshots(rpc),
    cohorts: makeRpcCohorts(rpc),
    models,
  };
  const close = async () => {
    clearInterval(timer);
    await database.close();
  };
  const people = makeRpcPeople(rpc, salt);
  const mock = inMemory(config, live.preferences);
  return {
    live: withoutForgotten(live, people),
    mock: withoutForgotten(mock.world, people),
    ...{ sessions, people, audit: makeRpcAudit(rpc), personal: mock.personal, database, rpc, close },
    databaseState: makeDatabaseState(database, checkSchema),
    apiKeys: makeRpcApiKeys(rpc),
    events: makeRpcEventLog(rpc),
    reports: makeRpcReportStore(rpc),
    reportSchedules: makeRpcReportSchedules(rpc),
    hearOfEvents: () => undefined,
    hearOfRevocations: () => sessions.refresh(),
    hearOfEndedUsers: (listener) => sessions.onEnded(listener),
  };
}
