import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['tests/supabase-lite/contract.ts'], testTimeout: 20_000, hookTimeout: 60_000 },
});
