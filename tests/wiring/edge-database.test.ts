import { expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { makeTokenSigner } from '../../src/infrastructure/auth/tokens.ts';
import { migrate } from '../../src/infrastructure/database/migrate.ts';
import { readMigrations } from '../../src/infrastructure/database/migration-files.ts';
import { withPostgresSession } from '../../src/infrastructure/database/postgres.ts';
import { openEdge } from '../../src/wiring/edge.ts';
import { timed } from '../fixtures/lateness.ts';
import { describeOnPostgres, makeTestDatabase } from '../infrastructure/database/test-database.ts';

describeOnPostgres('the edge with the database that it shares with the origin', () => {
  it('decides from the configuration alone, and hears there within five seconds that a token was revoked', async () => {
    const { url, drop } = await makeTestDatabase();
    try {
      const files = await readMigrations();
      await withPostgresSession(url, (session) => migrate(session, files));
      const read = readConfig({ DATABASE_URL: url, EDGE_SECRET: 'a secret that is long enough to be one' });
      if (!read.ok) throw new Error(read.problems.join('\n'));
      const { JWT_SECRET: secret, JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = read.config;
      const signer = makeTokenSigner(
        { secret, issuer, audience, lifeSeconds: 900 },
        { now: () => Date.now() },
      );
      const who = {
        userId: 'u-1',
        organizationId: 'org-1',
        roles: ['learner'] as const,
        sessionId: 's-1',
        asOf: 0,
      };
      const { token } = signer.sign({ ...who, tokenId: 'to-be-revoked' });
      const decide = await openEdge(read.config);
      const ask = () =>
        decide({
          method: 'GET',
          url: '/api/v1/analytics/learner/velocity/me',
          header: (name) => (name === 'authorization' ? `Bearer ${token}` : null),
        });
      expect(await ask()).toMatch(/^\/api\/edge\//);
      const until = String(Date.now() + 900_000);
      await withPostgresSession(url, async (session) => {
        await session.query('select api.revoke_token($1, $2)', ['to-be-revoked', until]);
      });
      const { ownMs } = await timed(() => expect.poll(ask, { interval: 100 }).toBeNull());
      expect(ownMs).toBeLessThan(5000);
    } finally {
      await drop();
    }
  });
});
