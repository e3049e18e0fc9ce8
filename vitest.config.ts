import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // Acceptance tests start real processes; the rest is quick.
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
