import { describe, expect, it } from 'vitest';
import {
  atOnce,
  hour,
  now,
  onBoth,
  onPostgres,
  type SchemaWorld,
  someHash,
  someone,
} from './schema-world.ts';

const makeSessions = ({ call }: Pick<SchemaWorld, 'call'>) => ({
  save: async (changes: Record<string, unknown> = {}) => {
    const token = {
      token_hash: someHash(),
      family_id: someone(),
      user_id: someone(),
      organization_id: 'org-1',
      roles: ['learner', 'trainer'],
      expires_at: now + 24 * hour,
      ...changes,
    };
    await call('save_refresh_token', token);
    return token;
  },
  consume: (token_hash: string, at = now) =>
    call('consume_refresh_token', { token_hash, now: at }) as Promise<{ outcome: string }>,
});

onBoth('sessions', (world) => {
  const { call, sql } = world;
  const { save, consume } = makeSessions(world);

  describe('a refresh token', () => {
    it('works once, with all that was saved', async () => {
      const token = await save({ organization_id: null });
      expect(await consume(token.token_hash)).toEqual({
        outcome: 'ok',
        record: {
          hash: token.token_hash,
          familyId: token.family_id,
          userId: token.user_id,
          organizationId: null,
          roles: ['learner', 'trainer'],
          expiresAt: now + 24 * hour,
        },
      });
      expect(await consume(token.token_hash)).toEqual({ outcome: 'reused' });
    });

    it('that is used again ends the log-in: its other tokens, and those saved later', async () => {
      const first = await save();
      const second = await save({ family_id: first.family_id });
      const stranger = await save();
      await consume(first.token_hash);
      expect(await consume(first.token_hash)).toEqual({ outcome: 'reused' });
      const late = await save({ family_id: first.family_id });
      expect(await consume(second.token_hash)).toEqual({ outcome: 'unknown' });
      expect(await consume(late.token_hash)).toEqual({ outcome: 'unknown' });
      expect(await consume(stranger.token_hash)).toMatchObject({ outcome: 'ok' });
    });

    it('is unknown when it was never given out or its time is over', async () => {
      const { token_hash } = await save({ expires_at: now });
      expect(await consume(token_hash)).toEqual({ outcome: 'unknown' });
      expect(await consume(someHash())).toEqual({ outcome: 'unknown' });
    });

    it('is refused when it is not a hash, has no owner or is there', async () => {
      await expect(save({ token_hash: 'short' })).rejects.toMatchObject({ code: 'invalid' });
      await expect(save({ user_id: 'no id' })).rejects.toMatchObject({ code: 'invalid' });
      await expect(save({ roles: null })).rejects.toMatchObject({ code: 'invalid' });
      const { token_hash } = await save();
      await expect(save({ token_hash })).rejects.toMatchObject({ code: 'conflict' });
    });
  });

  describe('a revocation', () => {
    it('of a log-in stops its tokens and is told', async () => {
      const { family_id, token_hash } = await save();
      await call('revoke_family', { family_id, now });
      expect(await consume(token_hash)).toEqual({ outcome: 'unknown' });
      expect(await call('revocations', { since: null, now })).toMatchObject({
        sessions: expect.arrayContaining([{ sessionId: family_id, expiresAt: now + 24 * hour }]),
      });
    });

    it('of a log-in that is not known is remembered for a day', async () => {
      const family_id = someone();
      await call('revoke_family', { family_id, now });
      const told = (await call('revocations', { since: null, now })) as { sessions: unknown[] };
      expect(told.sessions).toContainEqual({ sessionId: family_id, expiresAt: now + 24 * hour });
      const later = await save({ family_id });
      expect(await consume(later.token_hash)).toEqual({ outcome: 'unknown' });
    });

    it('of an access token is told until the token would have ended', async () => {
      const token_id = someone();
      await call('revoke_token', { token_id, expires_at: now + hour });
      await call('revoke_token', { token_id, expires_at: now });
      const tokensAt = async (at: number) =>
        ((await call('revocations', { since: null, now: at })) as { tokens: { tokenId: string }[] }).tokens;
      expect(await tokensAt(now)).toContainEqual({ tokenId: token_id, expiresAt: now + hour });
      expect((await tokensAt(now + hour)).map(({ tokenId }) => tokenId)).not.toContain(token_id);
    });

    it('is told to whoever asks for what is new', async () => {
      const { readAt } = (await call('revocations', { since: null, now })) as { readAt: number };
      const token_id = someone();
      await call('revoke_token', { token_id, expires_at: now + hour });
      const { tokens } = (await call('revocations', { since: readAt, now })) as { tokens: unknown[] };
      expect(tokens).toContainEqual({ tokenId: token_id, expiresAt: now + hour });
      expect(await call('revocations', { since: readAt + hour, now })).toMatchObject({
        tokens: [],
        sessions: [],
      });
    });
  });

  it('forget what is over and nothing else', async () => {
    const over = await save({ expires_at: now - 2 * hour });
    const alive = await save();
    await call('revoke_family', { family_id: alive.family_id, now });
    await call('purge_sessions', { now: now - hour });
    const kept = await sql('select token_hash from internal.refresh_tokens where token_hash in ($1, $2)', [
      over.token_hash,
      alive.token_hash,
    ]);
    expect(kept).toEqual([{ token_hash: alive.token_hash }]);
    expect(await consume(alive.token_hash)).toEqual({ outcome: 'unknown' });
  });

  it('hold no token without its log-in', async () => {
    await expect(
      sql(
        "insert into internal.refresh_tokens values ('0123456789abcdef', 'nobody', 'u-1', null, '{}', now())",
      ),
    ).rejects.toMatchObject({ code: '23503' });
  });
});

onPostgres('fifty simultaneous uses of one refresh token', (world) => {
  const { save, consume } = makeSessions(world);

  it('have exactly one winner, and end the log-in', async () => {
    for (let round = 0; round < 5; round += 1) {
      const token = await save();
      const next = await save({ family_id: token.family_id });
      const outcomes = (await atOnce(50, () => consume(token.token_hash))).map(({ outcome }) => outcome);
      expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'reused')).toHaveLength(1);
      expect(await consume(next.token_hash)).toEqual({ outcome: 'unknown' });
    }
  });
});
