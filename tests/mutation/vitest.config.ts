import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The tests that mutants of policy, privacy, cache policy, tokens and the audit chain are tried with. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: [
      'tests/domain/{identity,privacy,audit}/**/*.test.ts',
      'tests/application/{auth,audit}/**/*.test.ts',
      'tests/infrastructure/auth/{tokens,token-rules,duplicate-names,jwks}.test.ts',
      'tests/infrastructure/upstreams/forgetting.test.ts',
      'tests/presentation/cache-rules.test.ts',
    ],
    // Each takes seconds, and says of the whole what the others say of its parts.
    exclude: ['tests/domain/privacy/*attack.test.ts'],
    testNamePattern: /^(?!.*cannot be told to be small by trying all).*$/,
    setupFiles: ['tests/setup.ts'],
    testTimeout: 20_000,
  },
});
