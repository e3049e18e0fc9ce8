/** Stores that record nothing of people who were erased, whatever services go on telling of them. */
import { AppError } from '../../domain/errors.ts';
import type { SessionUseCases } from '../auth/sessions.ts';
import type { OwnStores } from '../ports/gamification.ts';
import type { GamificationWrites } from '../ports/gamification-writes.ts';
import type { Forgotten } from '../ports/people.ts';
import { RpcError } from '../ports/rpc.ts';
import type { NewSnapshot } from '../ports/snapshots.ts';

type Asked = Pick<Forgotten, 'among'>;

const isGone = (error: unknown) => error instanceof RpcError && error.code === 'gone';
/** So many people of one write are hardly erased one after another while it goes on. */
const mostTries = 5;

/**
 * Carries out a write that leaves out whoever was erased. Between its question who that is and what it writes somebody
 * else may be erased: the database then refuses all of it, and it is asked and written anew.
 * @throws whatever the write throws.
 */
export async function untilKnown<T>(write: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await write();
    } catch (error) {
      if (!isGone(error) || tries === mostTries) throw error;
    }
  }
}

/** What a write about somebody who was erased meanwhile ends with. */
const whenGone =
  <T>(end: () => T) =>
  (error: unknown): T => {
    if (isGone(error)) return end();
    throw error;
  };

/** The items that are not about a forgotten person. */
async function known<T>(
  forgotten: Asked,
  items: readonly T[],
  idOf: (item: T) => string,
): Promise<readonly T[]> {
  if (items.length === 0) return items;
  const gone = await forgotten.among([...new Set(items.map(idOf))]);
  return gone.size === 0 ? items : items.filter((item) => !gone.has(idOf(item)));
}

const isForgotten = async (forgotten: Asked, userId: string) => (await forgotten.among([userId])).has(userId);

const isAboutPerson = ({ kind }: NewSnapshot) => kind === 'learner' || kind === 'trainer';

/** Ids under `userId`, at any depth. */
function idsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'userId' in value && typeof value.userId === 'string' ? [value.userId] : [];
  return [...own, ...Object.values(value).flatMap(idsIn)];
}

const names = (item: unknown, gone: ReadonlySet<string>) =>
  typeof item === 'object' &&
  item !== null &&
  'userId' in item &&
  typeof item.userId === 'string' &&
  gone.has(item.userId);

/** A figure whose lists leave some people out. */
function leavingOut(value: unknown, gone: ReadonlySet<string>): unknown {
  if (Array.isArray(value))
    return value.filter((item) => !names(item, gone)).map((item) => leavingOut(item, gone));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, leavingOut(part, gone)]));
}

/** No snapshot of a forgotten person; in those of others the person is in no list. */
async function tellable(forgotten: Asked, snapshots: readonly NewSnapshot[]): Promise<NewSnapshot[]> {
  const subjects = snapshots.filter(isAboutPerson).map(({ subject }) => subject);
  const ids = [...new Set([...subjects, ...snapshots.flatMap(({ data }) => idsIn(data))])];
  const gone = ids.length === 0 ? new Set<string>() : await forgotten.among(ids);
  if (gone.size === 0) return [...snapshots];
  return snapshots
    .filter((one) => !(isAboutPerson(one) && gone.has(one.subject)))
    .map((one) => ({ ...one, data: leavingOut(one.data, gone) as NewSnapshot['data'] }));
}

/** A session that has ended, and is still heard for a moment. */
const loggedOut = () => new AppError('UNAUTHORIZED', 'A valid access token is needed.');

/** @throws RpcError from every write also when it cannot be known who is forgotten. */
export const storesWithoutForgotten = (
  { ledger, leaderboards, preferences, snapshots, ...others }: OwnStores,
  forgotten: Asked,
): OwnStores => ({
  ...others,
  ledger: {
    entriesOf: (userId) => ledger.entriesOf(userId),
    summaryWith: (userId, earned, calendar) => ledger.summaryWith(userId, earned, calendar),
    record: (entries, organizationId, zone) =>
      untilKnown(async () =>
        ledger.record(await known(forgotten, entries, ({ userId }) => userId), organizationId, zone),
      ),
    standings: (organizationId, period) => ledger.standings(organizationId, period),
    lastAccruals: (userIds) => ledger.lastAccruals(userIds),
    noteAccruals: (userIds, at) =>
      untilKnown(async () => ledger.noteAccruals(await known(forgotten, userIds, (userId) => userId), at)),
  },
  leaderboards: {
    state: (organizationId, viewerId) => leaderboards.state(organizationId, viewerId),
    page: (place) => leaderboards.page(place),
    save: (organizationId, zone, round, members) =>
      untilKnown(async () => {
        const told = await known(forgotten, members, ({ userId }) => userId);
        await leaderboards.save(organizationId, zone, round, told);
      }),
    show: (organizationId, round, reading) => leaderboards.show(organizationId, round, reading),
  },
  preferences: {
    of: (userId) => preferences.of(userId),
    update: async (userId, organizationId, changes) => {
      if (await isForgotten(forgotten, userId)) throw loggedOut();
      return preferences.update(userId, organizationId, changes).catch(
        whenGone(() => {
          throw loggedOut();
        }),
      );
    },
    leaderboardPrivacy: (userIds) => preferences.leaderboardPrivacy(userIds),
  },
  snapshots: {
    save: (given, now) => untilKnown(async () => snapshots.save(await tellable(forgotten, given), now)),
    latest: (key) => snapshots.latest(key),
    lastOfMonths: (key, days) => snapshots.lastOfMonths(key, days),
  },
});

const nobody = () => new AppError('NOT_FOUND', 'There is no such subject.');
const refuse = (): never => {
  throw nobody();
};

/** A command about a forgotten person is about nobody; what would be noted by itself is not. */
export const writesWithoutForgotten = (writes: GamificationWrites, forgotten: Asked): GamificationWrites => ({
  takeKey: async (key, now, leaseSeconds) => {
    if (await isForgotten(forgotten, key.userId)) throw nobody();
    return writes.takeKey(key, now, leaseSeconds).catch(whenGone(refuse));
  },
  releaseKey: (keyHash, holder) => writes.releaseKey(keyHash, holder),
  award: async (award) => {
    if (await isForgotten(forgotten, award.entry.userId)) throw nobody();
    return writes.award(award).catch(whenGone(refuse));
  },
  unlock: async (userId, achievements, cause) =>
    (await isForgotten(forgotten, userId))
      ? []
      : writes.unlock(userId, achievements, cause).catch(whenGone(() => [])),
  achievementsOf: (userId) => writes.achievementsOf(userId),
  useFreeze: async (userId, day, now, cause) =>
    (await isForgotten(forgotten, userId))
      ? false
      : writes.useFreeze(userId, day, now, cause).catch(whenGone(() => false)),
  freezesOf: (userId) => writes.freezesOf(userId),
  recordActivity: async (userId, activity) =>
    (await isForgotten(forgotten, userId))
      ? false
      : writes.recordActivity(userId, activity).catch(whenGone(() => false)),
  activityDaysOf: (userId, since) => writes.activityDaysOf(userId, since),
});

/** Whoever was erased and logs in again begins anew. */
export const welcomingBack = (
  useCases: SessionUseCases,
  forgotten: Pick<Forgotten, 'comeBack'>,
): SessionUseCases => ({
  ...useCases,
  login: async (credentials, scope) => {
    const login = await useCases.login(credentials, scope);
    await forgotten.comeBack(login.user.id);
    return login;
  },
});
