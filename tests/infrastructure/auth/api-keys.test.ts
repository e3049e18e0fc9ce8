/** Keys of services, in memory and in each database: the same promises. */
import { describe, expect, it } from 'vitest';
import type { ApiKeys, NewApiKey } from '../../../src/application/ports/api-keys.ts';
import { ids } from '../../../src/infrastructure/auth/ids.ts';
import { MemoryApiKeys } from '../../../src/infrastructure/auth/memory-api-keys.ts';
import { makeRpcApiKeys } from '../../../src/infrastructure/auth/rpc-api-keys.ts';
import { hour, now, onBoth, someHash, someone } from '../database/schema-world.ts';

const keyWith = (changes: Partial<NewApiKey> = {}): NewApiKey => ({
  ...{ hash: someHash(), name: 'grading', organizationId: 'org-1', scopes: ['points:write'] },
  ...{ quotaPerHour: 2, createdBy: 'u-1', createdAt: now },
  ...changes,
});

function contract(keys: ApiKeys): void {
  it('is known by its id, in its organization and nowhere else, without its hash', async () => {
    const [organizationId, other] = [someone(), someone()];
    const { hash, ...given } = keyWith({ organizationId });
    const key = await keys.create({ hash, ...given });
    expect(key).toEqual({
      id: key.id,
      ...given,
      rotatedAt: null,
      lastUsedAt: null,
      revokedAt: null,
    });
    expect(await keys.find(key.id)).toEqual(key);
    expect(await keys.list(organizationId)).toEqual([key]);
    expect(await keys.list(other)).toEqual([]);
    expect(await keys.find('00000000-0000-4000-8000-000000000000')).toBeNull();
    await expect(keys.create(keyWith({ hash }))).rejects.toMatchObject({ code: 'conflict' });
  });

  it('is counted by the hour from its first use on, up to one beyond its quota', async () => {
    const hash = someHash();
    const { id } = await keys.create(keyWith({ hash }));
    for (const used of [1, 2, 3, 3])
      expect(await keys.use(hash, now + 5)).toMatchObject({ used, resetsAt: now + 5 + hour });
    expect(await keys.use(hash, now + 5 + hour)).toMatchObject({ used: 1, resetsAt: now + 5 + 2 * hour });
    // A clock that is behind takes nothing back.
    await keys.use(hash, now);
    expect(await keys.find(id)).toMatchObject({ lastUsedAt: now + 5 + hour });
    expect(await keys.use(someHash(), now)).toBeNull();
  });

  it('has two secrets for a while after it was rotated, or only the new one', async () => {
    const [first, second, third] = [someHash(), someHash(), someHash()];
    const { id } = await keys.create(keyWith({ hash: first, quotaPerHour: 99 }));
    expect(await keys.rotate(id, second, now, 60)).toMatchObject({ id, rotatedAt: now });
    expect(await keys.use(first, now + 59_999)).not.toBeNull();
    expect(await keys.use(first, now + 60_000)).toBeNull();
    expect(await keys.use(second, now + 60_000)).not.toBeNull();
    await keys.rotate(id, third, now, 0);
    expect([await keys.use(second, now), (await keys.use(third, now))?.key.id]).toEqual([null, id]);
  });

  it('ends when it is revoked, with each of its secrets, for good', async () => {
    const [first, second] = [someHash(), someHash()];
    const { id } = await keys.create(keyWith({ hash: first, quotaPerHour: 99 }));
    await keys.rotate(id, second, now, 600);
    await keys.revoke(id, now + 1);
    await keys.revoke(id, now + 2);
    expect(await keys.find(id)).toMatchObject({ revokedAt: now + 1 });
    expect([await keys.use(first, now + 1), await keys.use(second, now + 1)]).toEqual([null, null]);
    const nobody = '00000000-0000-4000-8000-000000000000';
    for (const one of [id, nobody])
      await expect(keys.rotate(one, someHash(), now, 0)).rejects.toMatchObject({ code: 'not_found' });
    await expect(keys.revoke(nobody, now)).rejects.toMatchObject({ code: 'not_found' });
  });
}

describe('a key in memory', () => {
  contract(new MemoryApiKeys(ids));

  it('is told to whoever made it, and outlasts them', async () => {
    const keys = new MemoryApiKeys(ids);
    const { id } = await keys.create(keyWith());
    expect(keys.exportUser('u-1')).toMatchObject({ apiKeys: [{ id, createdBy: 'u-1' }] });
    expect(JSON.stringify(keys.exportUser('u-1'))).not.toContain('hash');
    keys.eraseUser('u-1');
    expect(await keys.find(id)).toMatchObject({ createdBy: null });
  });
});

onBoth('a key', ({ call }) => {
  contract(makeRpcApiKeys({ call }));

  it('does not name whoever made it and was erased, and opens nothing that is not known here', async () => {
    const [user, hash] = [someone(), someHash()];
    const keys = makeRpcApiKeys({ call });
    const scopes = ['points:write', 'planets:move'] as unknown as NewApiKey['scopes'];
    const { id } = await keys.create(keyWith({ createdBy: user, scopes, hash }));
    const salt = 'known to the application only';
    const erasure = { user_id: user, salt, requested_by: null, reason: 'asked for', now };
    await call('erase_person', { ...erasure, organization_id: 'org-1' }).catch(() =>
      call('erase_user', erasure),
    );
    expect(await keys.find(id)).toMatchObject({ createdBy: null, scopes: ['points:write'] });
    expect(await keys.use(hash, now)).toMatchObject({ used: 1 });
  });
});
