import jwt from 'jsonwebtoken';
import { describe, expect, it } from 'vitest';
import { makeServiceTokens } from '../../../src/infrastructure/upstreams/service-tokens.ts';

const secret = 'a secret of at least thirty-two characters';
const start = Date.UTC(2026, 0, 31, 12);

function tokensAt(now: number) {
  const clock = { time: now, now: () => clock.time };
  return { clock, tokens: makeServiceTokens({ secret, issuer: 'learning-analytics', clock }) };
}

describe('service tokens', () => {
  it('name target, issuer and subject, live five minutes and are signed HS256', () => {
    const { tokens } = tokensAt(start);
    const { header, payload } = jwt.verify(tokens.tokenFor('courses'), secret, {
      algorithms: ['HS256'],
      audience: 'courses',
      issuer: 'learning-analytics',
      clockTimestamp: start / 1000,
      complete: true,
    });
    expect(header.alg).toBe('HS256');
    expect(payload).toMatchObject({
      sub: 'learning-analytics',
      iat: start / 1000,
      exp: start / 1000 + 300,
      jti: expect.any(String),
    });
  });

  it('are not accepted by another target', () => {
    const { tokens } = tokensAt(start);
    const verify = () =>
      jwt.verify(tokens.tokenFor('courses'), secret, { audience: 'rag', clockTimestamp: start / 1000 });
    expect(verify).toThrow('audience');
    expect(tokens.tokenFor('rag')).not.toBe(tokens.tokenFor('courses'));
  });

  it('are kept until 30 seconds before they end, and are then new', () => {
    const { clock, tokens } = tokensAt(start);
    const first = tokens.tokenFor('courses');
    clock.time = start + 269_000;
    expect(tokens.tokenFor('courses')).toBe(first);
    clock.time = start + 270_000;
    const second = tokens.tokenFor('courses');
    expect(second).not.toBe(first);
    expect((jwt.decode(second) as jwt.JwtPayload).jti).not.toBe((jwt.decode(first) as jwt.JwtPayload).jti);
  });
});
