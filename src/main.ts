/** Starts the API as a process: `npm start`. */
import { configFromEnvironment } from './config.ts';
import { openEmbedded } from './infrastructure/database/open.ts';

const config = configFromEnvironment();
const isEmbedded =
  config.DATABASE !== 'none' && config.DATABASE_URL === undefined && config.SUPABASE_URL === undefined;
// It takes longer than all else, in a thread of its own: everything else is loaded meanwhile.
const embedded = isEmbedded ? openEmbedded(config.DATA_DIR, config.DATABASE_TIMEOUT_MS) : undefined;
// Whoever waits for it is told; that may be later than it fails.
embedded?.catch(() => undefined);

/** Resolves when the process listens. */
export const serving = import('./serve.ts').then(({ serve }) => serve(config, embedded));
