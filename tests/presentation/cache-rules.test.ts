import { describe, expect, it } from 'vitest';
import { cachePolicies } from '../../src/application/analytics/cache-policies.ts';
import {
  type CacheRule,
  cacheHeaders,
  ownRule,
  plainRule,
  sealedRule,
} from '../../src/presentation/http/cache-headers.ts';

const three = (own: string, cdn: string, vercel: string) => [
  ...['Cache-Control', own],
  ...['CDN-Cache-Control', cdn],
  ...['Vercel-CDN-Cache-Control', vercel],
];

describe('a rule for caches', () => {
  it.each<[string, () => CacheRule, string[]]>([
    ['what nobody may keep', () => 'no-store', three('no-store', 'no-store', 'no-store')],
    ['what is about nobody', () => 'no-cache', three('no-cache', 'no-store', 'no-store')],
    ['documentation', () => 'asset', three('public, max-age=86400', 'max-age=86400', 'max-age=86400')],
    [
      'files that never change',
      () => 'hashed',
      three('public, max-age=31536000, immutable', 'max-age=31536000', 'max-age=31536000'),
    ],
    [
      'figures of the caller',
      () => ownRule(60),
      three('private, max-age=0, stale-while-revalidate=60', 'no-store', 'no-store'),
    ],
    [
      'figures at a sealed address',
      () => sealedRule(60, 30),
      three('private, max-age=0, stale-while-revalidate=60', 'no-store', 's-maxage=30'),
    ],
  ])('of %s says the same to all three kinds', (_name, rule, headers) => {
    expect(cacheHeaders(rule())).toEqual(headers);
  });

  it('of one time is made once', () => {
    expect(ownRule(7)).toBe(ownRule(7));
    expect(ownRule(7)).not.toBe(ownRule(8));
  });

  it('of plain data lets only what is about nobody be kept, and only where it is open and read', () => {
    const route = { id: 'health', access: 'public', method: 'get' } as const;
    expect(plainRule(route)).toBe('no-cache');
    expect(plainRule({ ...route, id: 'metrics.definitions' })).toBe('no-cache');
    expect(plainRule({ ...route, id: 'auth.me' })).toBe('no-store');
    expect(plainRule({ ...route, access: 'signed_in' })).toBe('no-store');
    expect(plainRule({ ...route, method: 'post' })).toBe('no-store');
  });
});

it('figures live as long as the contract says', () => {
  const lives = Object.entries(cachePolicies).map(
    ([name, { ttlSeconds, revalidateSeconds, lastKnownGoodSeconds, browserRevalidateSeconds }]) => [
      ...[name, ttlSeconds, revalidateSeconds, lastKnownGoodSeconds, browserRevalidateSeconds],
    ],
  );
  expect(lives).toEqual([
    ['learner', 300, 300, 86_400, 14_400],
    ['trainer', 600, 600, 86_400, 7200],
    ['organization', 1800, 1800, 86_400, 21_600],
    ['comparison', 3600, 3600, 86_400, 14_400],
    ['demand', 86_400, 86_400, 86_400, 86_400],
    ['gamification', 300, 300, 86_400, 3600],
    ['predictive', 172_800, 172_800, 86_400, 172_800],
  ]);
});
