import jwt from 'jsonwebtoken';

/** Signs the tokens of the benchmarks; the measured process is started with it. */
export const benchSecret = 'a-secret-for-the-benchmark-only-0123456789';

/** A token of our own making for anybody of the sample world. */
export function tokenFor(id: string, organizationId: string, role: string): string {
  const claims = { sub: id, org: organizationId, roles: [role], jti: `${id} ${role}`, sid: id };
  return jwt.sign(claims, benchSecret, {
    algorithm: 'HS256',
    issuer: 'learning-analytics',
    audience: 'learning-analytics',
    expiresIn: 3600,
  });
}
