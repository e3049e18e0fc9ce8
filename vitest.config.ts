import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/setup.ts'],
    // Acceptance tests start real processes; the rest is quick.
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Most of what takes long waits for processes and clocks, so there may be more at once than processors.
    maxWorkers: 5,
  },
});
