import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Built into public/, which the API serves at `/`. `npx vite dashboard` serves the sources beside a running API. */
export default defineConfig({
  root: here('.'),
  publicDir: here('static'),
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  resolve: { conditions: ['learning-analytics:source', 'module', 'browser', 'import', 'default'] },
  build: {
    outDir: here('../public'),
    emptyOutDir: true,
    target: 'es2023',
    // No script in the page and no data: address, so that the policy stays strict.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:3000' } },
});
